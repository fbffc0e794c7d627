import type { PolicyConfig } from '../config/config.ts';
import type { Environment } from '../semantics/environment.ts';
import { writeValue } from '../semantics/read-value.ts';
import type { PolicyIndex, PolicyOrigin, PolicyVersion } from '../stores/policy-store.ts';
import { writePercent } from '../syntax/quantities.ts';
import type { PolicyPlace, RunningTrial } from './policy-place.ts';
import type { TrialReport } from './shadow-trial.ts';

/** How one of the config's policies stands in this process. Instants as ISO texts. */
export interface PolicyStatus {
  readonly name: string;
  readonly digest: string;
  readonly origin: PolicyOrigin;
  readonly by: string;
  readonly message: string | null;
  readonly at: string;
  /** Tells it from the config's other ones. */
  readonly policy: string;
  /** The attributes of the keys that it is for. */
  readonly for: Readonly<Record<string, unknown>>;
  readonly file: { readonly digest: string } | { readonly problem: string };
  /** The version that was accepted last. */
  readonly store: Acceptance | null;
  /** File and store say different things. */
  readonly differ: boolean;
  /** Why the version in the store is not served. */
  readonly problem: string | null;
  readonly shadow: ShadowStatus | null;
}

type Acceptance = Pick<PolicyVersion, 'name' | 'digest' | 'origin' | 'by' | 'message'> & { readonly at: string };

export interface ShadowStatus extends Acceptance {
  /** `10%` of the requests. */
  readonly share: string;
  readonly problem: string | null;
  readonly report: TrialReport | null;
}

/** A version of the history. */
export interface VersionView extends Acceptance {
  readonly policy: string;
  /** It is what this process serves. */
  readonly live: boolean;
}

export function policyStatus(place: PolicyPlace, environment: Environment): PolicyStatus {
  const { config, served, file, stored, problem, trial } = place;
  const { name, digest } = served.policy;
  const { origin, by, message, at } = served;
  return {
    name,
    digest,
    origin,
    by,
    message,
    at: new Date(at).toISOString(),
    policy: config.key,
    for: writeFor(config, environment),
    file,
    store: stored && acceptanceOf(stored),
    differ: doDiffer(place),
    problem,
    shadow: trial && shadowStatus(trial),
  };
}

function writeFor({ for: wanted }: PolicyConfig, { attributes, currency }: Environment): PolicyStatus['for'] {
  const written = [...wanted].flatMap(([key, value]) => {
    const attribute = attributes.get(key);
    if (attribute === undefined) return [];
    return [[key, attribute.sensitive ? '[sensitive]' : writeValue(attribute.type, value, currency)]];
  });
  return Object.fromEntries(written);
}

/** Whether the file and the version that was accepted last say different things. */
function doDiffer({ file, stored, isTaken, served }: PolicyPlace): boolean {
  if (stored === null) return false;
  const accepted = isTaken ? served.policy.digest : stored.digest;
  return !('digest' in file && file.digest === accepted);
}

function acceptanceOf({ name, digest, origin, by, message, at }: PolicyVersion): Acceptance {
  return { name, digest, origin, by, message, at: new Date(at).toISOString() };
}

function shadowStatus({ version, share, running, problem }: RunningTrial): ShadowStatus {
  return {
    ...acceptanceOf(version),
    share: writePercent(share),
    problem,
    report: running?.trial.report() ?? null,
  };
}

/** Newest first. */
export function historyOf({ versions }: PolicyIndex, places: readonly PolicyPlace[]): readonly VersionView[] {
  const seen = new Set<string>();
  return versions.toReversed().map((version) => {
    const place = places.find(({ config }) => config.key === version.policy);
    const isLive = place !== undefined && !seen.has(version.policy) && isServed(version, place);
    if (isLive) seen.add(version.policy);
    return { ...acceptanceOf(version), policy: version.policy, live: isLive };
  });
}

function isServed({ id, origin, digest }: PolicyVersion, { isTaken, stored, served }: PolicyPlace): boolean {
  return isTaken ? id === stored?.id : origin !== 'shadow' && digest === served.policy.digest;
}
