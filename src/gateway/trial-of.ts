import type { PolicyStore, PolicyVersion } from '../stores/policy-store.ts';
import type { DifferenceKind } from './compare-decisions.ts';
import type { RunningTrial } from './policy-place.ts';
import { firstError } from './policy-refused.ts';
import { contentOf } from './read-version.ts';
import { type Making, readyContent } from './ready-version.ts';
import { ShadowTrial } from './shadow-trial.ts';

export interface TrialWanted {
  readonly version: PolicyVersion;
  /** In basis points of the requests. */
  readonly share: number;
  /** The trial of this policy that runs so far: of the same version it goes on, with what it has found. */
  readonly before: RunningTrial | null;
  readonly heard: (differs: readonly DifferenceKind[]) => void;
}

/** Tries a version in the shadow; where no program can be made of it, says why. Rejects with `StoreUnavailable`. */
export async function trialOf(
  store: Pick<PolicyStore, 'content'>,
  { environment }: Pick<Making, 'environment'>,
  { version, share, before, heard }: TrialWanted,
): Promise<RunningTrial> {
  const known = before?.version.id === version.id ? before.running : null;
  const content = known?.content ?? (await contentOf(store, version));
  if ('problem' in content) return { version, share, running: null, problem: content.problem };
  const { value, diagnostics } = readyContent({ environment }, content, version);
  if (value === undefined) {
    const problem = `${version.digest} cannot be tried here: ${firstError(diagnostics)}`;
    return { version, share, running: null, problem };
  }
  const isSame = known?.trial.policy.digest === value.policy.digest;
  const trial = known && isSame ? known.trial : new ShadowTrial(value.policy, { share, heard });
  return { version, share, running: { content, trial }, problem: null };
}
