import type { PolicyConfig } from '../config/config.ts';
import type { Parsed } from '../diagnostics/diagnostic.ts';
import type { PolicyStore, PolicyVersion } from '../stores/policy-store.ts';
import type { PolicyInventory, PolicyPlace, ReadyVersion, RunningTrial } from './policy-place.ts';
import { fileStateOf, type ReadFile } from './read-policy-file.ts';
import { readVersion } from './read-version.ts';
import { type Making, readyContent } from './ready-version.ts';

/** What a policy of a config is made from, for a process that begins or takes another config up. */
export interface Preparing {
  readonly config: PolicyInventory;
  readonly policy: PolicyConfig;
  /** The same policy as it stands so far; undefined where there was none. */
  readonly before: PolicyPlace | undefined;
  readonly file: ReadFile;
  readonly stored: PolicyVersion | null;
  readonly trial: RunningTrial | null;
  /** The version in the store was accepted while this gateway ran, in whichever process. */
  readonly isNews: boolean;
}

/** A version of the store, or a file, that must be served and cannot. */
export class UnservedVersion extends Error {}

/**
 * The version that is to be served: of a process that begins, the one of `policy_source`; later what is in force, made anew for the config.
 * Rejects with `UnservedVersion` where nothing can be.
 */
export async function preparePlace(
  store: Pick<PolicyStore, 'content'>,
  making: Making,
  preparing: Preparing,
): Promise<Parsed<PolicyPlace>> {
  const { config, policy, before, file, stored, trial } = preparing;
  const place = { config: policy, file: fileStateOf(file), stored, trial, isTaken: false, problem: null };
  const read = stored !== null && isWanted(preparing) ? await readVersion(store, making, stored) : null;
  if (read !== null && !('problem' in read)) {
    return { value: { ...place, served: read, isTaken: true }, diagnostics: [] };
  }
  if (read !== null && before === undefined) {
    throw new UnservedVersion(`${read.problem}; \`policy_source: file\` in the config would serve ${policy.path}`);
  }
  const problem = read?.problem ?? null;
  if (before !== undefined && isPushed(before, config, policy)) {
    const { value, diagnostics } = readyContent(making, before.served.content, before.served);
    return { value: value && { ...place, served: value, isTaken: before.isTaken, problem }, diagnostics };
  }
  const { version, diagnostics } = file;
  if (version === undefined && diagnostics.length === 0) throw new UnservedVersion(file.problem);
  return { value: version && { ...place, served: sinceWhen(version, before), problem }, diagnostics };
}

/** A version of the store that could not be served is tried again with another config. */
function isWanted({ config, before, isNews }: Preparing): boolean {
  return before === undefined ? isNews || config.policySource === 'store' : before.problem !== null;
}

/** What was pushed stays, unless the config names another file and files are the truth. */
function isPushed({ served, config }: PolicyPlace, { policySource }: PolicyInventory, { path }: PolicyConfig): boolean {
  return served.origin !== 'file' && (policySource === 'store' || config.path === path);
}

function sinceWhen(version: ReadyVersion, before: PolicyPlace | undefined): ReadyVersion {
  const isSame = before?.served.origin === 'file' && before.served.policy.digest === version.policy.digest;
  return isSame ? { ...version, at: before.served.at } : version;
}
