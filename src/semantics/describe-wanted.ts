import type { Type } from './types.ts';

const wanted: Readonly<Record<Exclude<Type['kind'], 'enum' | 'set'>, string>> = {
  bool: '`true` or `false`',
  string: 'text',
  tokens: 'a whole number such as `120000` or `120k`',
  requests: 'a whole number',
  count: 'a whole number',
  money: 'an amount such as `$0.25`',
  duration: 'a duration such as `30s`',
  percent: 'a percentage such as `80%`',
  decimal: 'a number such as `0.7`',
  time: 'a time of the week such as `mon 09:00`',
};

/** What a value of the type looks like, for whoever wrote something else. */
export function describeWanted(type: Type): string {
  if (type.kind === 'enum') return `one of ${type.values.join(', ')}`;
  if (type.kind !== 'set') return wanted[type.kind];
  return type.values === undefined ? 'a list of words' : `a list of words out of ${type.values.join(', ')}`;
}
