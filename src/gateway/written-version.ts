import { randomUUID } from 'node:crypto';
import type { PolicyIndex, PolicyVersion } from '../stores/policy-store.ts';
import { writeContent } from './policy-content.ts';
import type { ReadyVersion } from './policy-place.ts';

/** A version as the store keeps it. `restores`: of a rollback, the version that it goes back to. */
export function writtenVersion(
  policy: string,
  { content, policy: { name, digest }, origin, by, message, at }: ReadyVersion,
  restores: string | null = null,
): { readonly version: PolicyVersion; readonly content: string } {
  const text = writeContent(content);
  const version = { id: randomUUID(), policy, name, digest, origin, by, message, at, bytes: text.length, restores };
  return { version, content: text };
}

/** The version of a policy that was accepted last. */
export function liveIn(index: PolicyIndex | undefined, key: string): PolicyVersion | null {
  const id = index?.live[key];
  return (id !== undefined && index?.versions.find((version) => version.id === id)) || null;
}

/** Whether a version was accepted since then, and no file has changed after it. */
export function isSince(
  index: PolicyIndex | undefined,
  version: PolicyVersion | null,
  since: number | undefined,
): boolean {
  if (version === null || since === undefined || version.at < since) return false;
  const latest = index?.versions.findLast(({ policy, origin }) => policy === version.policy && origin !== 'shadow');
  return latest?.id === version.id;
}
