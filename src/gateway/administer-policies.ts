import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import type { PolicyChange, PolicyIndex } from '../stores/policy-store.ts';
import { StoreUnavailable } from '../stores/store.ts';
import { choosePlace, choosePlaceFor } from './choose-place.ts';
import type { LivePolicies } from './live-policies.ts';
import type { PolicyContent } from './policy-content.ts';
import type { PolicyPlace, ReadyVersion } from './policy-place.ts';
import { PolicyRefused } from './policy-refused.ts';
import { historyOf, type PolicyStatus, policyStatus, type VersionView } from './policy-status.ts';
import { contentOf } from './read-version.ts';
import { type Bringing, readyContent } from './ready-version.ts';
import { versionBefore, versionNamed } from './version-before.ts';
import { writtenVersion } from './written-version.ts';

/** Pushes, shows and takes back policies of a running gateway. What is wrong rejects with a `GatewayError`. */
export interface PolicyAdministration {
  /** Of every policy of the config, in its order. */
  status(): readonly PolicyStatus[];
  /** A policy by its name or key, by default the last, with the text in force. */
  show(policy: string | undefined): { readonly status: PolicyStatus; readonly content: PolicyContent };
  push(request: PushRequest): Promise<PushResult>;
  rollback(request: RollbackRequest): Promise<PolicyStatus>;
  /** Takes the version that is tried in the shadow away. */
  endShadow(request: Pick<RollbackRequest, 'policy'>): Promise<PolicyStatus>;
  /** Newest first. */
  history(): Promise<readonly VersionView[]>;
}

export interface Bringer {
  readonly by: string;
  readonly message: string | null;
}

export interface PushRequest extends Bringer {
  readonly content: PolicyContent;
  /** Which policy's place it takes: its name or key. Default: the one of its own name; the only one. */
  readonly policy: string | undefined;
  /** Basis points of the requests that it is tried on, beside the version in force; undefined: it takes its place. */
  readonly share: number | undefined;
}

export interface PushResult {
  readonly outcome: 'swapped' | 'unchanged' | 'shadow';
  readonly status: PolicyStatus;
  /** Of what it says, warnings and hints. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface RollbackRequest extends Bringer {
  readonly policy: string | undefined;
  /** Default: the version before. */
  readonly digest: string | undefined;
}

/** @param wallNow milliseconds since 1970 */
export function administerPolicies(live: LivePolicies, wallNow: () => number): PolicyAdministration {
  const { store } = live.tools;
  const statusOf = ({ config: { key } }: PolicyPlace): PolicyStatus => {
    const place = live.places.find(({ config }) => config.key === key);
    if (place === undefined) throw new GatewayError('not_found', 'the config has no such policy any more');
    return policyStatus(place, live.config.environment);
  };
  const change = async (wanted: PolicyChange, made: ReadonlyMap<string, ReadyVersion>): Promise<void> => {
    await store.change(wanted);
    await live.converge(made);
  };
  return {
    status: () => live.places.map(statusOf),
    show: (policy) => {
      const last = live.places.at(-1);
      const place = policy === undefined && last !== undefined ? last : choosePlace(live.places, policy);
      return { status: statusOf(place), content: place.served.content };
    },
    push: ({ content, policy, share, ...bringer }) =>
      answered(
        live.inTurn(async () => {
          const origin = share === undefined ? 'push' : 'shadow';
          const { ready, diagnostics } = made(live, content, { ...bringer, origin, at: wallNow() });
          const place = choosePlaceFor(live.places, ready.policy.name, policy);
          const { digest } = ready.policy;
          if (share === undefined && isInForce(place, digest)) {
            return { outcome: 'unchanged', status: statusOf(place), diagnostics };
          }
          if (share !== undefined && digest === place.served.policy.digest) {
            throw new GatewayError('invalid_request', `${digest} is in force already: there is nothing to try`);
          }
          const written = writtenVersion(place.config.key, ready);
          if (share === undefined) await change({ kind: 'serve', ...written }, new Map([[written.version.id, ready]]));
          else await change({ kind: 'shadow', ...written, share }, new Map());
          return { outcome: share === undefined ? 'swapped' : 'shadow', status: statusOf(place), diagnostics };
        }),
      ),
    rollback: ({ policy, digest, ...bringer }) =>
      answered(
        live.inTurn(async () => {
          const index = await store.index();
          const place = placeFor(live.places, index, policy, digest);
          const known = index.versions.filter((version) => version.policy === place.config.key);
          const target =
            digest === undefined ? versionBefore(known, place.served.policy.digest) : versionNamed(known, digest);
          const content = await contentOf(store, target);
          if ('problem' in content) throw new GatewayError('invalid_request', content.problem);
          const { ready } = made(live, content, { ...bringer, origin: 'rollback', at: wallNow() });
          const written = writtenVersion(place.config.key, ready, target.restores ?? target.id);
          await change({ kind: 'serve', ...written }, new Map([[written.version.id, ready]]));
          return statusOf(place);
        }),
      ),
    endShadow: ({ policy }) =>
      answered(
        live.inTurn(async () => {
          const place = choosePlace(live.places, policy);
          if (place.trial === null) throw new GatewayError('not_found', 'no version is tried in the shadow');
          await change({ kind: 'end-shadow', policy: place.config.key }, new Map());
          return statusOf(place);
        }),
      ),
    history: () => answered(store.index().then((index) => historyOf(index, live.places))),
  };
}

/** It is in force, and everybody knows: to push it again changes nothing. */
function isInForce({ served, stored, trial }: PolicyPlace, digest: string): boolean {
  return served.policy.digest === digest && stored?.digest === digest && trial?.version.digest !== digest;
}

function made(live: LivePolicies, content: PolicyContent, bringing: Bringing) {
  const { value, diagnostics } = readyContent(live.making, content, bringing);
  if (value === undefined) throw new PolicyRefused(diagnostics);
  return { ready: value, diagnostics };
}

/** A digest alone says which policy, where only one has it. */
function placeFor(
  places: readonly PolicyPlace[],
  { versions }: PolicyIndex,
  policy: string | undefined,
  digest: string | undefined,
): PolicyPlace {
  if (policy !== undefined || digest === undefined || places.length === 1) return choosePlace(places, policy);
  const named = versions.filter((version) => version.digest.startsWith(`sha256:${digest.replace(/^sha256:/, '')}`));
  const owners = new Set(named.map((version) => version.policy));
  const [owner] = owners;
  return choosePlace(places, owners.size === 1 ? owner : undefined);
}

/** An administrator may know what is wrong with the store. */
async function answered<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((error: unknown) => {
    if (error instanceof StoreUnavailable) throw new GatewayError('store_unavailable', error.message, { cause: error });
    throw error;
  });
}
