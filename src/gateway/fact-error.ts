import type { FactSource } from '../config/config.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { describeWanted } from '../semantics/describe-wanted.ts';
import type { Attribute } from '../semantics/environment.ts';

const longestShown = 80;

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
