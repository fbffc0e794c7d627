import type { GatewayConfig, PolicyConfig } from '../config/config.ts';
import type { PolicyOrigin, PolicyVersion } from '../stores/policy-store.ts';
import type { PolicyContent } from './policy-content.ts';
import { createPolicySet, type PolicySet } from './policy-set.ts';
import type { ServedPolicy } from './served-policy.ts';
import type { ShadowTrial } from './shadow-trial.ts';

/** What of a config the policies in force follow from. */
export type PolicyInventory = Pick<GatewayConfig, 'policies' | 'policySource' | 'environment'>;

/** A version that is served, or could be: it has come the whole way to a program. */
export interface ReadyVersion {
  readonly content: PolicyContent;
  readonly policy: ServedPolicy;
  readonly origin: PolicyOrigin;
  readonly by: string;
  readonly message: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One of the config's policies, and what is known of it. Never changed: another one takes its place. */
export interface PolicyPlace {
  readonly config: PolicyConfig;
  readonly served: ReadyVersion;
  /** What its file says, as it was last read. */
  readonly file: { readonly digest: string } | { readonly problem: string };
  /** The version that was accepted last, by whichever process; null where none was, or the store was never reached. */
  readonly stored: PolicyVersion | null;
  /** That one is served. Its digest may be another one here than where it was accepted: configs may differ. */
  readonly isTaken: boolean;
  /** Why that one is not served, where it should be and cannot. */
  readonly problem: string | null;
  readonly trial: RunningTrial | null;
}

export interface RunningTrial {
  readonly version: PolicyVersion;
  /** In basis points of the requests. */
  readonly share: number;
  /** Null where this process cannot make a program of it; `problem` says why. */
  readonly running: { readonly content: PolicyContent; readonly trial: ShadowTrial } | null;
  readonly problem: string | null;
}

export function policySetOf(
  config: Pick<GatewayConfig, 'policies' | 'environment'>,
  places: readonly PolicyPlace[],
): PolicySet {
  const served = places.map(({ served, trial }) => ({ ...served.policy, shadow: trial?.running?.trial }));
  return createPolicySet(config, served);
}
