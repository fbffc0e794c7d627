import type { Type } from './types.ts';

const names: Readonly<Record<Type['kind'], string>> = {
  bool: 'true or false',
  enum: 'a word',
  string: 'a text',
  tokens: 'a number of tokens',
  requests: 'a number of requests',
  count: 'a plain number',
  money: 'an amount of money',
  duration: 'a duration',
  percent: 'a percentage',
  decimal: 'a decimal number',
  set: 'a set',
  time: 'a time of the week',
};

/** How messages call a type. */
export function describeType(type: Type): string {
  return type.kind === 'enum' ? `a word of \`${type.name}\`` : names[type.kind];
}

/** A value of a type, as an example of how it is written. */
export function exampleOf(type: Type): string {
  return type.kind === 'enum' ? (type.values[0] ?? 'none') : examples[type.kind];
}

const examples: Readonly<Record<Exclude<Type['kind'], 'enum'>, string>> = {
  bool: 'true',
  string: '"…"',
  tokens: '100k tok',
  requests: '60 req',
  count: '20',
  money: '$0.25',
  duration: '10m',
  percent: '80%',
  decimal: '0.7',
  set: '{ "a", "b" }',
  time: '"mon 09:00"',
};

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
