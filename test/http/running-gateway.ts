import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import { openInventory } from '../../src/assemble-inventory.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import type { PolicyAdministration } from '../../src/gateway/administer-policies.ts';
import { boundAttempts } from '../../src/gateway/bound-attempts.ts';
import { CircuitBoard } from '../../src/gateway/circuit-board.ts';
import { type Clock, systemClock } from '../../src/gateway/clock.ts';
import { createKeeping } from '../../src/gateway/keeping.ts';
import { createKeyCircuits } from '../../src/gateway/key-circuits.ts';
import { createPolicySet } from '../../src/gateway/policy-set.ts';
import type { PolicyStatus } from '../../src/gateway/policy-status.ts';
import { RequestGate } from '../../src/gateway/request-gate.ts';
import { Running } from '../../src/gateway/running.ts';
import { type ServedPolicy, timedPolicy } from '../../src/gateway/served-policy.ts';
import { createApp } from '../../src/http/app.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import type { Store } from '../../src/stores/store.ts';
import { withAvailability } from '../../src/stores/with-availability.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

/** The policy in force, put there by the test. */
interface HeldPolicy {
  readonly current: ServedPolicy;
  swap(next: ServedPolicy): void;
}

export interface RunningGateway {
  readonly url: string;
  readonly policy: HeldPolicy;
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
  const timing = { now: clock.now, decided: (milliseconds: number) => metrics.decided(milliseconds) };
  let current = first;
  const policies = heldPolicies(() => current);
  const metrics = createMetrics({
    currency: config.environment.currency,
    models: () => config.models,
    version: '0.0.0',
    policies: policies.status,
    health: () => inventory.tools.health.standings(),
  });
  const store = createMemoryStore();
  const board = new CircuitBoard({ store: store.health, now: clock.wallNow, id: 'this', turned: log.circuit });
  const gate = new RequestGate(config.server);
  const counters = withAvailability(store.counters, { ...config.store, now: clock.now });
  const keeping = createKeeping({ ledger, store, clock, warn: log.warning, config: () => config });
  const { limitRefused } = metrics;
  const wrongKeys = boundAttempts(clock.now);
  const { mirrored } = metrics;
  const kept = { clock, store, counters, keeping, limitRefused, wrongKeys, board, mirrored, bug: log.bug };
  const lasting = { folder: '.', warn: log.restingKey, circuitFor: createKeyCircuits(board), ...kept };
  const inventory = await openInventory(config, lasting);
  const setOf = (policy: ServedPolicy) => createPolicySet(config, [timedPolicy(policy, timing)]);
  const running = new Running(inventory, setOf(first));
  const app = createApp({ running, policies, gate, clock, log, ledger, store, metrics, version: '0.0.0' });
  const server = await startServer(app, { ...config.server, port: 0, tls: undefined });
  return {
    url: server.url,
    policy: {
      get current() {
        return current;
      },
      swap(next: ServedPolicy) {
        current = next;
        running.swapPolicies(setOf(next));
      },
    },
    store,
    gate,
    stop: server.close,
    settled: () => inventory.drain(),
    stopped: (graceMs = 60_000) => running.stop(graceMs),
    async close() {
      await server.close(0);
      await running.stop(0);
      await running.close();
      await keeping.stop();
      counters.stop();
      await store.close();
    },
  };
}

/** A policy that has no text, and that only the test changes. */
function heldPolicies(current: () => ServedPolicy): PolicyAdministration {
  const status = (): PolicyStatus => {
    const { name, digest } = current();
    const standing = { origin: 'file', by: 'test', message: null, at: new Date(0).toISOString() } as const;
    const place = { policy: 'otherwise', for: {}, file: { digest }, store: null, differ: false };
    return { name, digest, ...standing, ...place, problem: null, shadow: null };
  };
  const unused = () => {
    throw new Error('this test changes its policy itself');
  };
  return {
    status: () => [status()],
    show: unused,
    push: unused,
    rollback: unused,
    endShadow: unused,
    history: unused,
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
