import { openProviders, type ProviderSurroundings, type RunningProviders } from './assemble.ts';
import { openGuardTools } from './assemble-guards.ts';
import type { GatewayConfig } from './config/config.ts';
import { nextStep } from './decide/next-step.ts';
import { administerKeys } from './gateway/administer-keys.ts';
import { createAnswerCaches } from './gateway/answer-caches.ts';
import { createAnswerIds } from './gateway/answer-ids.ts';
import type { AttemptBound } from './gateway/bound-attempts.ts';
import type { CircuitBoard } from './gateway/circuit-board.ts';
import type { Clock } from './gateway/clock.ts';
import { createFactCollector } from './gateway/collect-facts.ts';
import { loadExactCount } from './gateway/exact-tokens.ts';
import type { Keeping } from './gateway/keeping.ts';
import { createKeyRing } from './gateway/keys.ts';
import { Mirrors, type MirrorTools } from './gateway/mirrors.ts';
import { ModelHealth } from './gateway/model-health.ts';
import type { Inventory } from './gateway/running-set.ts';
import type { SpendingTools } from './gateway/spending.ts';
import { createSpendingTools } from './gateway/spending-tools.ts';
import { knownSecrets } from './http/known-secrets.ts';
import type { Store } from './stores/store.ts';
import type { AvailableCounters } from './stores/with-availability.ts';

/** What outlives every config. */
export interface LastingParts extends ProviderSurroundings {
  readonly clock: Clock;
  readonly store: Store;
  readonly counters: AvailableCounters;
  readonly keeping: Keeping;
  /** What is known of models, whatever the config is. */
  readonly board: CircuitBoard;
  /** Hears of a limit that has refused something. */
  readonly limitRefused: SpendingTools['limitRefused'];
  /** Hear what came of copies of requests, and of what went wrong in them. */
  readonly mirrored: MirrorTools['mirrored'];
  readonly bug: MirrorTools['bug'];
  /** Counts unknown keys by address. */
  readonly wrongKeys: AttemptBound;
}

/** An inventory that another one can follow. */
export interface OpenInventory extends Inventory {
  readonly providers: RunningProviders;
}

/**
 * Starts what a config stands for. What is as it was in the inventory before goes on as it is. Throws a `ProviderProblem` where a provider
 * lacks a secret.
 */
export async function openInventory(
  config: GatewayConfig,
  lasting: LastingParts,
  before?: OpenInventory,
): Promise<OpenInventory> {
  const { clock, store, counters, keeping, limitRefused, wrongKeys, board, mirrored, bug } = lasting;
  const providers = await openProviders(config, lasting, before?.providers);
  const spending = createSpendingTools(config, counters, clock, limitRefused);
  const recorder = keeping.recorderFor(config);
  const guards = await openGuardTools(config);
  const mirrors = new Mirrors({ providers: providers.byName, clock, recorder, mirrored, bug });
  const drain = async () => {
    await Promise.all([spending.meter.drain(), recorder.drain()]);
  };
  return {
    config,
    providers,
    keys: createKeyRing(config, { store: store.keys, clock }, config.auth.adminToken === null ? undefined : wrongKeys),
    administration: administerKeys(config, store.keys, clock.wallNow),
    secrets: knownSecrets(config),
    tools: {
      ...spending,
      providers: providers.byName,
      nextStep,
      clock,
      collectFacts: createFactCollector(config),
      answerIds: createAnswerIds(config.models, providers.byName),
      caches: createAnswerCaches(config.cache, { store: store.cache, clock, bug }),
      recorder,
      notifier: keeping.notifier,
      guards,
      mirrors,
      health: new ModelHealth(config, providers.byName, board),
      environment: config.environment,
      ...(config.tokens === 'exact' && { countTexts: await loadExactCount() }),
    },
    drain,
    stopMirrors: (graceMs) => mirrors.stop(graceMs),
    async retire() {
      await mirrors.stop(config.server.shutdownGraceMs);
      await drain();
      await guards?.close();
    },
  };
}
