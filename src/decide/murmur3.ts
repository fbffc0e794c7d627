import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * MurmurHash3_x86_32 (Austin Appleby, public domain) of a text's UTF-8 bytes: an unsigned 32-bit integer. Chosen by the language so
 * that splits come out the same everywhere.
 */
export function murmur3(text: string, seed = 0): number {
  const bytes = utf8ToBytes(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed;
  for (let offset = 0; offset < whole; offset += 4) {
    hash ^= scramble(view.getUint32(offset, true));
    hash = rotate(hash, 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let offset = bytes.length - 1; offset >= whole; offset--) rest = (rest << 8) | (bytes[offset] ?? 0);
  if (bytes.length > whole) hash ^= scramble(rest);
  return finish(hash ^ bytes.length);
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const scramble = (block: number): number => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);

function finish(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Buckets that splits and mirrors divide requests into. */
const buckets = 10_000;

/** The bucket of a key: floor(hash × 10000 / 2³²), exact in a double. */
export function bucketOf(salt: string, key: string): number {
  return Math.floor((murmur3(`${salt}\0${key}`) * buckets) / 2 ** 32);
}
