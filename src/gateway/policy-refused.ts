import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { positionAt } from '../diagnostics/source.ts';
import { GatewayError } from '../protocol/gateway-error.ts';

/** A version that does not come the whole way to a program: whoever brought it is told everything. */
export class PolicyRefused extends GatewayError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super('policy_refused', `the policy has errors, and the one in force goes on: ${firstError(diagnostics)}`);
    this.diagnostics = diagnostics;
  }
}

/** The first error, on one line. */
export function firstError(diagnostics: readonly Diagnostic[]): string {
  const first = diagnostics.find((diagnostic) => hasErrors([diagnostic]));
  if (first === undefined) return 'it cannot be served';
  const { source, start } = first.primary.span;
  const { line, column } = positionAt(source, start);
  return `${first.code} at ${source.name}:${line}:${column}: ${first.message}`;
}
