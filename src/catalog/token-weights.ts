import { characterClasses, firstDigit } from './character-classes.ts';
import file from './token-weights.json' with { type: 'json' };

/** In how many parts of a token the weights are. */
export const partsOfToken = 1024;

/** The class of each UTF-16 unit. */
export const classes = characterClasses(file.han, file.hangul);

/** What a unit of each class costs at most, in parts of a token, where nothing is merged with it. */
export const aloneWeights = Uint16Array.from(file.alone);

/** What stands first in each class stands for all of it. */
const kinds = Array.from({ length: 0x100 }, (_, index) => kindOf(String.fromCharCode(classes.indexOf(index))));

function kindOf(unit: string): 'lower' | 'upper' | 'letter' | 'digit' | 'apostrophe' | 'other' {
  if (unit === "'") return 'apostrophe';
  if (/[a-z]/.test(unit)) return 'lower';
  if (/[A-Z]/.test(unit)) return 'upper';
  if (/[0-9]/.test(unit)) return 'digit';
  return /[\p{L}\p{M}]/u.test(unit) ? 'letter' : 'other';
}

/** A word after what is none, a capital within a word, and a number after what is none. */
function isCut(before: number, after: number): boolean {
  const [left, right] = [kinds[before], kinds[after]];
  if (right === 'digit') return left !== 'digit';
  if (left === 'lower' && right === 'upper') return true;
  return (right === 'lower' || right === 'upper' || right === 'letter') && (left === 'other' || left === 'digit');
}

/** Set in the weight of a pair between whose units vocabularies always cut: a token begins there, whatever else. */
export const beginsToken = 0x8000;

/** What a unit costs on average after the one before it, in parts of a token, at 256 × class before + class. */
export const pairWeights = readPairs();

/**
 * Pairs that were not seen cost what their second unit costs where a token begins. The others are packed: how many places
 * are passed over (63 of them and more to come is the largest digit), then the step of the weight.
 */
function readPairs(): Uint16Array {
  const { steps, fresh, pairs } = file;
  const stepAt = (text: string, at: number) => steps[text.charCodeAt(at) - firstDigit] ?? partsOfToken;
  const weights = Uint16Array.from({ length: 0x10000 }, (_, pair) => stepAt(fresh, pair & 0xff));
  let place = -1;
  for (let at = 0; at < pairs.length; at += 2) {
    for (; pairs.charCodeAt(at) === firstDigit + 63; at++) place += 63;
    place += 1 + pairs.charCodeAt(at) - firstDigit;
    weights[place] = stepAt(pairs, at + 1);
  }
  for (const [pair, weight] of weights.entries())
    if (isCut(pair >> 8, pair & 0xff)) weights[pair] = weight | beginsToken;
  return weights;
}
