/** Digits are the characters from `#` to `~` without the backslash: text that JSON holds as it is. */
const firstDigit = 35;
const noDigit = 92;
export const base = 91;

/** A first digit below it has one more digit behind it, others have two. */
export const longFrom = 76;

/** How many numbers take two digits, and the greatest that takes three. */
export const shortNumbers = longFrom * base;
export const mostPacked = shortNumbers + (base - longFrom) * base * base - 1;

/** The whole numbers that a text holds, in their order. */
export function unpackNumbers(packed: string): Int32Array {
  const numbers = new Int32Array(packed.length >> 1);
  let count = 0;
  for (let at = 0; at < packed.length; at += 2) {
    const first = digitAt(packed, at);
    const second = digitAt(packed, at + 1);
    if (first < longFrom) numbers[count++] = first * base + second;
    else numbers[count++] = shortNumbers + ((first - longFrom) * base + second) * base + digitAt(packed, ++at + 1);
  }
  return numbers.subarray(0, count);
}

function digitAt(packed: string, at: number): number {
  const code = packed.charCodeAt(at);
  return code - firstDigit - (code > noDigit ? 1 : 0);
}

/** The digit for a number below `base`. */
export function digitFor(number: number): string {
  const code = firstDigit + number;
  return String.fromCharCode(code < noDigit ? code : code + 1);
}
