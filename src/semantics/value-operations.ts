import { RE2JS } from 're2js';
import type { TextPattern } from './typed.ts';
import type { Value } from './types.ts';

/** Two values of one type compared; what is missing compares with nothing. */
export function compareValues(left: Value | undefined, operator: string, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

export function setHolds(set: Value | undefined, element: Value | undefined): boolean {
  return Array.isArray(set) && typeof element === 'string' && set.includes(element);
}

/** Whether a text has a form. `matches` runs in linear time and finds anywhere. */
export function matchesText(text: Value | undefined, pattern: TextPattern): boolean {
  if (typeof text !== 'string') return false;
  if (pattern.kind === 'matches') return RE2JS.compile(pattern.regex).matcher(text).find();
  if (pattern.place === 'start') return text.startsWith(pattern.text);
  if (pattern.place === 'end') return text.endsWith(pattern.text);
  return pattern.place === 'anywhere' ? text.includes(pattern.text) : text === pattern.text;
}

/** Whether a text is a regular expression of RE2. */
export function isRegex(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}
