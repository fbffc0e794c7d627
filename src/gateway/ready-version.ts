import type { Parsed } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Environment } from '../semantics/environment.ts';
import type { ResolveParent } from '../semantics/link-layers.ts';
import { compileServed, serveCompiled } from './compile-served.ts';
import { entryOf, type PolicyContent, resolveAmong } from './policy-content.ts';
import type { ReadyVersion } from './policy-place.ts';
import { type DecisionTiming, timedPolicy } from './served-policy.ts';

/** Who brought a version, when and why. */
export type Bringing = Pick<ReadyVersion, 'origin' | 'by' | 'message' | 'at'>;

/** A policy's file, opened: its text, and where those that it extends are found. */
export interface PolicyFile {
  readonly source: Source;
  readonly resolve: ResolveParent;
  /** With the layers that have been found so far. */
  content(): PolicyContent;
}

/** Opens the file of a policy, by its path as the config writes it. Throws an `Error` that says why it cannot be read. */
export type OpenPolicyFile = (path: string) => PolicyFile;

/** What texts are made programs with. */
export interface Making {
  readonly environment: Environment;
  readonly timing?: DecisionTiming;
}

/** The whole way from a text that is kept to what can be served. */
export function readyContent(making: Making, content: PolicyContent, bringing: Bringing): Parsed<ReadyVersion> {
  return ready(making, entryOf(content), resolveAmong(content), () => content, bringing);
}

export function readyFile(making: Making, file: PolicyFile, bringing: Bringing): Parsed<ReadyVersion> {
  return ready(making, file.source, file.resolve, () => file.content(), bringing);
}

function ready(
  { environment, timing }: Making,
  source: Source,
  resolve: ResolveParent,
  content: () => PolicyContent,
  bringing: Bringing,
): Parsed<ReadyVersion> {
  const { value, diagnostics } = compileServed(source, environment, resolve);
  if (value === undefined) return { value, diagnostics };
  const served = serveCompiled(value);
  const policy = timing === undefined ? served : timedPolicy(served, timing);
  const { origin, by, message, at } = bringing;
  return { value: { content: content(), policy, origin, by, message, at }, diagnostics };
}
