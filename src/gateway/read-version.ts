import type { PolicyStore, PolicyVersion } from '../stores/policy-store.ts';
import { type PolicyContent, readContent } from './policy-content.ts';
import type { ReadyVersion } from './policy-place.ts';
import { firstError } from './policy-refused.ts';
import { type Making, readyContent } from './ready-version.ts';

/** A version of the store that cannot be served here, and why. */
export interface UnreadyVersion {
  readonly problem: string;
}

/** The text of a version; or what is wrong with what the store has in its place. */
export async function contentOf(
  store: Pick<PolicyStore, 'content'>,
  { id, digest }: PolicyVersion,
): Promise<PolicyContent | UnreadyVersion> {
  const text = await store.content(id);
  if (text === null) return { problem: `the store no longer has the text of ${digest}` };
  return readContent(text) ?? { problem: `what the store keeps as ${digest} is damaged: it is no text of a policy` };
}

/** A version of the store, made a program for this config. Rejects with `StoreUnavailable`. */
export async function readVersion(
  store: Pick<PolicyStore, 'content'>,
  making: Making,
  version: PolicyVersion,
): Promise<ReadyVersion | UnreadyVersion> {
  const content = await contentOf(store, version);
  if ('problem' in content) return content;
  const { value, diagnostics } = readyContent(making, content, version);
  if (value !== undefined) return value;
  return { problem: `${version.digest} cannot be served here: ${firstError(diagnostics)}` };
}
