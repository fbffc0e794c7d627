// Writes src/catalog/vocabulary.json: the first tokens of OpenAI's `o200k_base`, as the package gpt-tokenizer has them (MIT licence), and which
// characters are letters, by the Unicode of the Node that runs it. Nothing is fitted and nothing is left to chance: the same packages make the same
// file.
//   npm run import:vocabulary
import { writeFileSync } from 'node:fs';
import ranks from 'gpt-tokenizer/bpeRanks/o200k_base';
import gptTokenizer from 'gpt-tokenizer/package.json' with { type: 'json' };
import { base, digitFor, longFrom, mostPacked, shortNumbers } from '../src/catalog/packed-numbers.ts';

/**
 * So many tokens are kept, and no more than 131,072 can be: more would bring estimates nearer to the truth, and cost more to load and to hold.
 * With as many the language that is counted furthest above lies below 25 %.
 */
const kept = 110_000;

/** In the order of the kinds in read-units.ts, but for what is none of them. */
const kinds = [/\p{Lu}|\p{Lt}/u, /\p{Ll}/u, /\p{L}/u, /\p{M}/u, /\p{N}/u, /[\r\n]/u, /\s/u];

/** Bytes of a token, a character each. */
const tokens = ranks
  .slice(0, kept)
  .map((token) => Buffer.from(typeof token === 'string' ? token : Uint8Array.from(token)).toString('latin1'));
const idOf = new Map(tokens.map((token, id) => [token, id]));

/** The two tokens that a token is merged of: what stands of its bytes when all tokens before it are merged. */
function partsOf(token: string, id: number): readonly number[] {
  const parts = [...token];
  while (true) {
    let [least, at] = [id, -1];
    for (let next = 1; next < parts.length; next++) {
      const merged = idOf.get(`${parts[next - 1]}${parts[next]}`) ?? id;
      if (merged < least) [least, at] = [merged, next - 1];
    }
    if (at === -1) break;
    parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
  }
  const ids = parts.map((part) => idOf.get(part) ?? -1);
  if (ids.length !== 2 || ids.includes(-1)) throw new Error(`token ${id} is not merged of two`);
  return ids;
}

function pack(number: number): string {
  if (number < shortNumbers) return digitFor(Math.floor(number / base)) + digitFor(number % base);
  const rest = number - shortNumbers;
  if (number > mostPacked) throw new Error(`${number} is too large to be packed`);
  return (
    digitFor(longFrom + Math.floor(rest / base / base)) +
    digitFor(Math.floor(rest / base) % base) +
    digitFor(rest % base)
  );
}

/** Which characters are letters: a kind, and how many code points have it one after the other. */
function runsOfKinds(): string {
  let packed = '';
  let [kind, length] = [0, 0];
  for (let point = 0; point <= 0x10ffff; point++) {
    const next = 1 + kinds.findIndex((pattern) => pattern.test(String.fromCodePoint(point)));
    if (next !== kind || length === mostPacked) {
      packed += pack(kind) + pack(length);
      [kind, length] = [next, 0];
    }
    length++;
  }
  return packed;
}

const merges = tokens.slice(0x100).map((token, at) =>
  partsOf(token, 0x100 + at)
    .map(pack)
    .join(''),
);
const file = {
  source: `the first ${kept} tokens of OpenAI's o200k_base (gpt-tokenizer ${gptTokenizer.version}, MIT licence), each by the two that it is merged of; kinds of characters of Unicode ${process.versions['unicode']}`,
  merges: merges.join(''),
  kinds: runsOfKinds(),
};
const fields = Object.entries(file).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
writeFileSync(new URL('../src/catalog/vocabulary.json', import.meta.url), `{${fields.join(',\n')}}\n`);
