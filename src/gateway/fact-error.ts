import type { FactSource } from '../config/config.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { Attribute } from '../semantics/environment.ts';
import type { Type } from '../semantics/types.ts';

const longestShown = 80;

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

function describeWanted(type: Type): string {
  if (type.kind === 'enum') return `one of ${type.values.join(', ')}`;
  if (type.kind !== 'set') return wanted[type.kind];
  return type.values === undefined ? 'a list of words' : `a list of words out of ${type.values.join(', ')}`;
}

export function describeSource(source: FactSource): string {
  return source.kind === 'header' ? `the header \`${source.name}\`` : `the body's \`metadata.${source.field}\``;
}

/** The request states an attribute, and what it states is no value of it. */
export function wrongValue({ key, type, sensitive }: Attribute, where: string, written: unknown): GatewayError {
  const shown = sensitive ? '' : `, and it is ${show(written)}`;
  const message = `\`${key}\`, read from ${where}, must be ${describeWanted(type)}${shown}`;
  return new GatewayError('invalid_attribute', message, { param: key });
}

function show(written: unknown): string {
  const text = typeof written === 'string' ? written : (JSON.stringify(written) ?? 'nothing');
  return `\`${text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`}\``;
}

export function missingAttribute({ key, type }: Attribute, sources: readonly FactSource[]): GatewayError {
  const where =
    sources.length === 0 ? 'it comes from the virtual key' : `send it in ${sources.map(describeSource).join(' or ')}`;
  const message = `\`${key}\` is required and missing: ${where}, as ${describeWanted(type)}`;
  return new GatewayError('missing_attribute', message, { param: key });
}
