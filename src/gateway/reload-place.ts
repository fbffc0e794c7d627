import type { GatewayConfig } from '../config/config.ts';
import type { PolicyPlace } from './policy-place.ts';
import { fileStateOf, type ReadFile } from './read-policy-file.ts';

/** A policy whose file was read again, and what is to be said of it. */
export interface ReloadedPlace {
  readonly place: PolicyPlace;
  readonly said: string;
}

/** Where the store is the truth, or the file says what it said before, what is in force stays. */
export function reloadPlace(
  place: PolicyPlace,
  read: ReadFile,
  { policySource }: Pick<GatewayConfig, 'policySource'>,
): ReloadedPlace {
  const { served, stored, file } = place;
  const after = { ...place, file: fileStateOf(read) };
  const stays = `${served.policy.digest} goes on serving`;
  if (read.version === undefined) {
    return { place: after, said: `not swapped: ${read.diagnostics.length > 0 ? stays : read.problem}` };
  }
  const { digest } = read.version.policy;
  if (digest === served.policy.digest || ('digest' in file && digest === file.digest)) {
    return { place: after, said: `unchanged: ${stays}` };
  }
  if (policySource === 'store' && stored !== null) {
    const why = 'for the store is the truth (`policy_source: store`): push the file';
    return { place: after, said: `not swapped: ${stays}, ${why}` };
  }
  return { place: { ...after, served: read.version, isTaken: false }, said: `swapped: ${digest}` };
}
