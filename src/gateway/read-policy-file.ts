import type { PolicyConfig } from '../config/config.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { PolicyPlace, ReadyVersion } from './policy-place.ts';
import { firstError } from './policy-refused.ts';
import { type Making, type OpenPolicyFile, readyFile } from './ready-version.ts';

/** What a policy's file says: a version, or why there is none. Without findings it could not be read at all. */
export type ReadFile = { readonly diagnostics: readonly Diagnostic[] } & (
  | { readonly version: ReadyVersion; readonly problem: null }
  | { readonly version: undefined; readonly problem: string }
);

/** @param at milliseconds since 1970 */
export function readPolicyFile(making: Making, open: OpenPolicyFile, { path }: PolicyConfig, at: number): ReadFile {
  const bringing = { origin: 'file', by: 'file', message: path, at } as const;
  try {
    const { value: version, diagnostics } = readyFile(making, open(path), bringing);
    if (version !== undefined) return { version, problem: null, diagnostics };
    return { version, problem: firstError(diagnostics), diagnostics };
  } catch (error) {
    // It is gone or cannot be read: as bad as a text with errors, and no worse.
    const problem = error instanceof Error ? error.message : String(error);
    return { version: undefined, problem, diagnostics: [] };
  }
}

export function fileStateOf({ version, problem }: ReadFile): PolicyPlace['file'] {
  return version === undefined ? { problem } : { digest: version.policy.digest };
}
