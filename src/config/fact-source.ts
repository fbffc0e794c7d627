import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { FactSource } from './config.ts';
import { type ConfigNode, quoteNode } from './config-node.ts';

/** `header x-name` or `metadata name`. Names of headers are held in lower case, as the door sees them. */
export function readFactSource(text: string, node: ConfigNode, diagnostics: Diagnostic[]): FactSource | undefined {
  const [, header, field] = /^(?:header ([\w!#$%&'*+.^`|~-]+)|metadata (\S+))$/.exec(text) ?? [];
  if (header !== undefined) return { kind: 'header', name: header.toLowerCase() };
  if (field !== undefined) return { kind: 'metadata', field };
  const help = 'write `header NAME` or `metadata FIELD`';
  diagnostics.push(errorAt('config-invalid-value', node.span, `${quoteNode(node)} is no place in a request`, { help }));
  return undefined;
}
