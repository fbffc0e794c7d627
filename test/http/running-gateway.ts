import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import { openProviders } from '../../src/assemble.ts';
import { openGuardTools } from '../../src/assemble-guards.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import { nextStep } from '../../src/decide/next-step.ts';
import { CircuitBoard } from '../../src/gateway/circuit-board.ts';
import { type Clock, systemClock } from '../../src/gateway/clock.ts';
import { loadExactCount } from '../../src/gateway/exact-tokens.ts';
import { createKeeping } from '../../src/gateway/keeping.ts';
import { createKeyCircuits } from '../../src/gateway/key-circuits.ts';
import { LivePolicy, type ServedPolicy } from '../../src/gateway/live-policy.ts';
import { Mirrors } from '../../src/gateway/mirrors.ts';
import { ModelHealth } from '../../src/gateway/model-health.ts';
import { RequestGate } from '../../src/gateway/request-gate.ts';
import { createSpendingTools } from '../../src/gateway/spending-tools.ts';
import { createApp } from '../../src/http/app.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import type { Store } from '../../src/stores/store.ts';
import { withAvailability } from '../../src/stores/with-availability.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

export interface RunningGateway {
  readonly url: string;
  readonly policy: LivePolicy;
  readonly store: Store;
  readonly gate: RequestGate;
  /** As the process does at its end. */
  readonly stop: RunningServer['close'];
  /** Resolves when the store has heard of everything so far. */
  readonly settled: () => Promise<void>;
  /** Resolves when no copy of a request is under way any more; none is sent after it. */
  readonly stopped: (graceMs?: number) => Promise<void>;
  /** The official client, which retries nothing. */
  readonly client: OpenAI;
  /** Everything logged so far, as text. */
  readonly logText: () => string;
  /** The log's lines, once there are so many: a line is written after the answer has ended. */
  readonly logLines: (count: number) => Promise<readonly Record<string, unknown>[]>;
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<Response>;
}

/** A gateway that listens, until it is closed. */
export async function startGatewayApp(
  config: GatewayConfig,
  first: ServedPolicy,
  write: (line: string) => void,
  ledger: Ledger = noLedger,
  clock: Clock = systemClock,
) {
  const log = createLog({ write });
  const store = createMemoryStore();
  const board = new CircuitBoard({ store: store.health, now: systemClock.wallNow, id: 'this', turned: log.circuit });
  const circuitFor = createKeyCircuits(board);
  const providers = await openProviders(config, { folder: '.', warn: log.restingKey, circuitFor });
  const policy: LivePolicy = new LivePolicy(first, {
    now: clock.now,
    decided: (milliseconds) => metrics.decided(milliseconds),
  });
  const health = new ModelHealth(config, providers.byName, board);
  const metrics = createMetrics({
    environment: config.environment,
    version: '0.0.0',
    policy: () => policy.current,
    health: () => health.standings(),
  });
  const counters = withAvailability(store.counters, { ...config.store, now: clock.now });
  const spending = createSpendingTools(config, counters, clock, metrics.limitRefused);
  const gate = new RequestGate(config.server);
  const parts = { config, providers: providers.byName, policy, nextStep, clock, log, health, gate };
  const keeping = createKeeping(config, { ledger, store, clock, warn: log.warning });
  const countTexts = config.tokens === 'exact' ? await loadExactCount() : undefined;
  const guards = await openGuardTools(config);
  const { recorder } = keeping;
  const { mirrored } = metrics;
  const mirrors = new Mirrors({ providers: providers.byName, clock, recorder, mirrored, bug: log.bug });
  const app = createApp({
    ...parts,
    guards,
    mirrors,
    ...spending,
    ...keeping,
    ledger,
    store,
    metrics,
    version: '0.0.0',
    countTexts,
  });
  const server = await startServer(app, { ...config.server, port: 0, tls: undefined });
  return {
    url: server.url,
    policy,
    store,
    gate,
    stop: server.close,
    async settled() {
      await spending.meter.drain();
      await keeping.recorder.drain();
    },
    stopped: (graceMs = 10_000) => mirrors.stop(graceMs),
    async close() {
      await server.close(0);
      await mirrors.stop(0);
      await guards?.close();
      await providers.close();
      await keeping.stop();
      counters.stop();
      await store.close();
    },
  };
}

/** The same, for one test. */
export async function runGateway(
  config: GatewayConfig,
  first: ServedPolicy,
  apiKey = '',
  ledger: Ledger = noLedger,
  clock: Clock = systemClock,
): Promise<RunningGateway> {
  const lines: string[] = [];
  const { url, policy, store, gate, stop, settled, stopped, close } = await startGatewayApp(
    config,
    first,
    (line) => void lines.push(line),
    ledger,
    clock,
  );
  onTestFinished(close);
  const logLines: RunningGateway['logLines'] = async (count) => {
    while (lines.length < count) await new Promise((resolve) => setImmediate(resolve));
    return lines.map((line) => JSON.parse(line));
  };
  return {
    url,
    policy,
    store,
    gate,
    stop,
    settled,
    stopped,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: apiKey || 'none', maxRetries: 0, ...(apiKey ? {} : noKey) }),
    logText: () => lines.join(''),
    logLines,
    post: (body, headers = {}) => fetch(`${url}/v1/chat/completions`, { method: 'POST', body: textOf(body), headers }),
  };
}

const noKey = { defaultHeaders: { authorization: null } };

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
