import type { Type } from './types.ts';

const names: Readonly<Record<Type['kind'], string>> = {
  bool: 'true or false',
  enum: 'a word',
  string: 'a text',
  tokens: 'tokens',
  requests: 'requests',
  count: 'a plain number',
  money: 'money',
  duration: 'a duration',
  percent: 'a percentage',
  decimal: 'a decimal number',
  set: 'a set',
  time: 'a time of the week',
};

/** How messages call a type. */
export function describeType(type: Type): string {
  return type.kind === 'enum' ? `one of ${listWords(type.values)}` : names[type.kind];
}

/** A few words of a list, in back-quotes. */
export function listWords(words: readonly string[], most = 6): string {
  const shown = words.slice(0, most).map((word) => `\`${word}\``);
  return words.length > most ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** Types whose values have an order. */
export function isOrdered(type: Type): boolean {
  return (
    type.kind !== 'bool' &&
    type.kind !== 'enum' &&
    type.kind !== 'string' &&
    type.kind !== 'set' &&
    type.kind !== 'time'
  );
}
