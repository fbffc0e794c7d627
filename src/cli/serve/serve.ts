import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { type LastingParts, type OpenInventory, openInventory } from '../../assemble-inventory.ts';
import { createLedger } from '../../assemble-ledger.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { administerPolicies, type PolicyAdministration } from '../../gateway/administer-policies.ts';
import { boundAttempts } from '../../gateway/bound-attempts.ts';
import { CircuitBoard } from '../../gateway/circuit-board.ts';
import { systemClock } from '../../gateway/clock.ts';
import { followStore } from '../../gateway/follow-store.ts';
import { createKeeping } from '../../gateway/keeping.ts';
import { createKeyCircuits } from '../../gateway/key-circuits.ts';
import { LivePolicies, type PolicyTold } from '../../gateway/live-policies.ts';
import type { PolicySet } from '../../gateway/policy-set.ts';
import { UnservedVersion } from '../../gateway/prepare-place.ts';
import { RequestGate } from '../../gateway/request-gate.ts';
import { Running } from '../../gateway/running.ts';
import { createApp } from '../../http/app.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { tendLedger } from '../../ledger/tend-ledger.ts';
import { ProviderProblem } from '../../providers/provider-problem.ts';
import type { Store } from '../../stores/store.ts';
import { type AvailableCounters, withAvailability } from '../../stores/with-availability.ts';
import { createLog, type Log } from '../../telemetry/log.ts';
import { createMetrics, type Metrics } from '../../telemetry/metrics.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { openForCommand } from '../open-for-command.ts';
import { openStore } from '../open-store.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import { stopServing } from '../stop-serving.ts';
import { readTls, rereadTls } from '../tls-files.ts';
import { version } from '../version.ts';
import { superviseWorkers } from '../workers/supervise-workers.ts';
import { hasOneOwner, readWorkers } from '../workers/worker-settings.ts';
import { type WorkerSide, workerSide } from '../workers/worker-side.ts';
import { FoundErrors, requireConfig } from '../workspace.ts';
import { collectSooner } from './collect-sooner.ts';
import { greet, listen } from './listen.ts';
import { type PolicyFiles, policyFilesBeside } from './policy-files.ts';
import { reloadOnChange } from './reload-on-change.ts';
import { warnOfOverruled } from './warn-of-overruled.ts';

export interface ServeOptions {
  readonly config?: string;
  readonly port?: string;
  readonly workers?: string;
}

/** What a worker may take beyond its own bounds to write out what it holds. */
const lastWritesMs = 5000;

const silent: Terminal = { out: () => undefined, err: () => undefined };

/** The gateway, until it is told to stop. */
export async function serve(operator: Terminal, options: ServeOptions): Promise<ExitCode> {
  const workers = readWorkers(options.workers);
  const side = workerSide();
  const terminal = side === undefined || side.speaks ? operator : silent;
  const { config, path: configPath, files: configFiles } = requireConfig(options.config);
  const folder = dirname(configPath);
  if (workers > 1 && side === undefined) {
    const shared = hasOneOwner(config.store.url) ? await openStore(config, folder) : undefined;
    const { shutdownDelayMs, shutdownGraceMs } = config.server;
    return superviseWorkers(terminal, workers, shared, shutdownDelayMs + shutdownGraceMs + lastWritesMs);
  }
  collectSooner();
  const log = createLog();
  const store = side?.store(config) ?? (await openStore(config, folder));
  const counters = availableCounters(config, store, log);
  const ledger = await openForCommand(() => createLedger(config.ledger.url, folder)).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  try {
    await serveWith(terminal, options, { config, configPath, configFiles, log, store, counters, ledger, side });
  } finally {
    counters.stop();
    await Promise.all([store.close(), ledger.close()]);
    side?.leave();
  }
  return exitCodes.ok;
}

/** What a gateway is read from, and where it counts and keeps. */
interface Opened {
  readonly config: GatewayConfig;
  readonly configPath: string;
  readonly configFiles: readonly string[];
  readonly store: Store;
  readonly counters: AvailableCounters;
  readonly ledger: Ledger;
  readonly log: Log;
  /** Of a worker: what it has of the process that started it. */
  readonly side: WorkerSide | undefined;
}

async function serveWith(
  terminal: Terminal,
  { port }: ServeOptions,
  { config, configPath, configFiles, log, store, counters, ledger, side }: Opened,
): Promise<void> {
  const clock = systemClock;
  const files = policyFilesBeside(configPath);
  const begun: { running?: Running; policies?: PolicyAdministration } = {};
  const inForce = () => begun.running?.current.inventory.config ?? config;
  const own = createMetrics(
    {
      currency: config.environment.currency,
      version,
      models: () => inForce().models,
      policies: () => begun.policies?.status() ?? [],
      health: () => begun.running?.current.tools.health.standings() ?? [],
    },
    { runtime: true },
  );
  const metrics = side?.ofAll(own) ?? own;
  const publish = (set: PolicySet) => begun.running?.swapPolicies(set);
  const live = await openPolicies(config, terminal, log, { store, metrics, files, publish, since: side?.since });
  const policies = administerPolicies(live, clock.wallNow);
  const keeping = createKeeping({ ledger, store, clock, warn: log.warning, config: inForce });
  const { limitRefused } = metrics;
  const wrongKeys = boundAttempts(clock.now);
  const folder = dirname(configPath);
  const watching = { store: store.health, now: clock.wallNow, id: randomUUID(), turned: log.circuit };
  const board = new CircuitBoard(watching);
  const gate = new RequestGate(config.server);
  const { mirrored } = metrics;
  const kept = { clock, store, counters, keeping, limitRefused, wrongKeys, board, mirrored, bug: log.bug };
  const lasting = { folder, warn: log.restingKey, circuitFor: createKeyCircuits(board), ...kept };
  const inventory = await startInventory(config, lasting);
  const running = new Running(inventory, live.set);
  Object.assign(begun, { running, policies });
  const stopTending = await tendLedger(ledger, {
    keepMs: config.ledger.keepMs,
    now: clock.wallNow,
    failed: (why) => running.current.tools.recorder.failed(why),
  });
  const app = createApp({ running, policies, gate, clock, log, store, ledger, metrics, version });
  // Before it says that it serves: whoever reads that may change the policy at once.
  const read = { configPath, configFiles, files };
  const stopReloading = reloadOnChange(terminal, { ...read, inventory, lasting, live, running });
  const stopFollowing = followStore(live, clock);
  let stopTls = () => {};
  try {
    await warnOfOverruled(terminal, config, store);
    const server = await listen(app, config, port, readTls(config.server, configPath));
    stopTls = rereadTls(terminal, config.server, configPath, server);
    const names = live.places.map(({ served }) => served.policy.name);
    greet(terminal, config, names, server.url);
    await stopSignal();
    const { health } = running.current.tools;
    await stopServing(terminal, config.server, {
      gate,
      server,
      providers: running.providers,
      health,
      mirrors: running,
      clock,
    });
  } finally {
    stopReloading();
    stopTls();
    await stopFollowing();
    await running.close();
    await keeping.stop();
    stopTending();
  }
}

interface PolicySurroundings {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly files: PolicyFiles;
  readonly publish: (set: PolicySet) => void;
  readonly since: number | undefined;
}

async function openPolicies(
  config: GatewayConfig,
  terminal: Terminal,
  log: Log,
  { store, metrics, files, publish, since }: PolicySurroundings,
): Promise<LivePolicies> {
  const told: PolicyTold = {
    say: terminal.err,
    warn(text) {
      terminal.err(text);
      log.policyProblem(text);
    },
    show: (diagnostics) => terminal.err(renderDiagnostics(diagnostics)),
  };
  const opening = openForCommand(() =>
    LivePolicies.open(config, {
      store: store.policies,
      clock: systemClock,
      openFile: files.open,
      timing: { now: systemClock.now, decided: metrics.decided },
      told,
      heard: metrics.triedInShadow,
      publish,
      since,
    }),
  );
  const { value, diagnostics } = await opening.catch((error: unknown) => {
    if (error instanceof UnservedVersion) throw new CommandError(error.message);
    throw error;
  });
  if (value === undefined) throw new FoundErrors(diagnostics);
  if (diagnostics.length > 0) told.show(diagnostics);
  return value;
}

function availableCounters({ store: settings }: GatewayConfig, { counters }: Store, log: Log) {
  const told = (why: string | undefined) => log.storeAway(why, settings.onUnavailable);
  return withAvailability(counters, { ...settings, now: systemClock.now, told });
}

async function startInventory(config: GatewayConfig, lasting: LastingParts): Promise<OpenInventory> {
  try {
    return await openInventory(config, lasting);
  } catch (error) {
    if (error instanceof ProviderProblem) throw new CommandError(error.message);
    throw error;
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
