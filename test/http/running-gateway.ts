import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import { openProviders } from '../../src/assemble.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import { nextStep } from '../../src/decide/next-step.ts';
import { systemClock } from '../../src/gateway/clock.ts';
import { createKeeping } from '../../src/gateway/keeping.ts';
import { LivePolicy, type ServedPolicy } from '../../src/gateway/served-policy.ts';
import { createSpendingTools } from '../../src/gateway/spending-tools.ts';
import { createApp } from '../../src/http/app.ts';
import { startServer } from '../../src/http/server.ts';
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
  /** Resolves when the store has heard of everything so far. */
  readonly settled: () => Promise<void>;
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
) {
  const log = createLog({ write });
  const providers = await openProviders(config, { folder: '.', warn: log.restingKey });
  const policy: LivePolicy = new LivePolicy(first, {
    now: systemClock.now,
    decided: (milliseconds) => metrics.decided(milliseconds),
  });
  const metrics = createMetrics({ environment: config.environment, version: '0.0.0', policy: () => policy.current });
  const store = createMemoryStore();
  const counters = withAvailability(store.counters, { ...config.store, now: systemClock.now });
  const spending = createSpendingTools(config, counters, systemClock);
  const parts = { config, providers: providers.byName, policy, nextStep, clock: systemClock, log };
  const keeping = createKeeping(config, { ledger, store, clock: systemClock, warn: log.warning });
  const app = createApp({ ...parts, ...spending, ...keeping, ledger, store, metrics, version: '0.0.0' });
  const server = await startServer(app, { host: '127.0.0.1', port: 0 });
  return {
    url: server.url,
    policy,
    store,
    async settled() {
      await spending.meter.drain();
      await keeping.recorder.drain();
    },
    async close() {
      await server.close(0);
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
): Promise<RunningGateway> {
  const lines: string[] = [];
  const { url, policy, store, settled, close } = await startGatewayApp(
    config,
    first,
    (line) => void lines.push(line),
    ledger,
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
    settled,
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
