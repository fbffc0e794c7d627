import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** SHA-256 over the canonical JSON (RFC 8785) of a value, as `sha256:<hex>`. */
export function digestOf(value: unknown): string {
  // Joined it is one text and no chain of texts: it is in the log's line of every request, which `JSON.stringify` writes in half the time.
  return ['sha256', bytesToHex(sha256(utf8ToBytes(canonicalize(value) ?? '')))].join(':');
}
