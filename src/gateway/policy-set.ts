import { createPolicyChoice } from '../config/choose-policy.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { Caller } from './keys.ts';
import type { ServedPolicy } from './served-policy.ts';
import type { ShadowTrial } from './shadow-trial.ts';

/** A policy in force. */
export interface DecidingPolicy extends ServedPolicy {
  /** Another version that is asked for a share of the requests, and not obeyed. */
  readonly shadow?: ShadowTrial | undefined;
}

/** The policies in force. Never changed: another set takes its place. */
export interface PolicySet {
  /** The one that decides for this caller: what its key is chooses, never what a request claims. */
  of(caller: Caller): DecidingPolicy;
}

/** @param served in the order of the config's policies */
export function createPolicySet(
  { policies, environment }: Pick<GatewayConfig, 'policies' | 'environment'>,
  served: readonly DecidingPolicy[],
): PolicySet {
  const choose = createPolicyChoice(policies, environment);
  const at = (place: number): DecidingPolicy => {
    const found = served[place];
    if (found === undefined) throw new Error(`no policy is served at place ${place}`);
    return found;
  };
  const [only] = served;
  if (served.length === 1 && only !== undefined) return { of: () => only };
  return { of: ({ facts }) => at(choose(facts)) };
}
