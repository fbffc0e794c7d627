import { randomUUID } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { openProviders, type RunningProviders } from '../../assemble.ts';
import { openGuardTools } from '../../assemble-guards.ts';
import { createLedger } from '../../assemble-ledger.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { nextStep } from '../../decide/next-step.ts';
import { CircuitBoard } from '../../gateway/circuit-board.ts';
import { systemClock } from '../../gateway/clock.ts';
import { loadExactCount } from '../../gateway/exact-tokens.ts';
import { createKeeping } from '../../gateway/keeping.ts';
import { createKeyCircuits } from '../../gateway/key-circuits.ts';
import { LivePolicy } from '../../gateway/live-policy.ts';
import { Mirrors } from '../../gateway/mirrors.ts';
import { ModelHealth } from '../../gateway/model-health.ts';
import { compileServed, reloadPolicy, serveCompiled } from '../../gateway/reload-policy.ts';
import { RequestGate } from '../../gateway/request-gate.ts';
import { createSpendingTools } from '../../gateway/spending-tools.ts';
import { createApp } from '../../http/app.ts';
import { type RunningServer, startServer, type TlsPair } from '../../http/server.ts';
import { tendLedger } from '../../ledger/tend-ledger.ts';
import { ProviderProblem } from '../../providers/provider-problem.ts';
import type { Store } from '../../stores/store.ts';
import { withAvailability } from '../../stores/with-availability.ts';
import { createLog, type Log } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { openForCommand } from '../open-for-command.ts';
import { openStore } from '../open-store.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import type { Run } from '../run.ts';
import { stopServing } from '../stop-serving.ts';
import { readTls, rereadTls } from '../tls-files.ts';
import { version } from '../version.ts';
import { superviseWorkers } from '../workers/supervise-workers.ts';
import { hasOneOwner, readWorkers } from '../workers/worker-settings.ts';
import { workerSide } from '../workers/worker-side.ts';
import { FoundErrors, notingParents, policyPath, readSource, requireConfig, resolveWithin } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly port?: string;
  readonly workers?: string;
}

/** How often the policy's files are looked at: found by their dates, so that replaced files and mounted volumes are seen too. */
const watchEveryMs = 300;

/** What a worker may take beyond its own bounds to write out what it holds. */
const lastWritesMs = 5000;

const silent: Terminal = { out: () => undefined, err: () => undefined };

/** `serve`: the gateway, until it is told to stop. */
export function serveCommand(program: Command, run: Run): void {
  program
    .command('serve')
    .description('run the gateway')
    .option('--port <port>', 'in place of the config’s')
    .option('--workers <count>', 'so many processes that share the port and count together')
    .action((_, command: Command) => run((terminal) => serve(terminal, command.optsWithGlobals<Options>())));
}

async function serve(operator: Terminal, options: Options): Promise<ExitCode> {
  const workers = readWorkers(options.workers);
  const side = workerSide();
  const terminal = side === undefined || side.speaks ? operator : silent;
  const { config, path } = requireConfig(options.config);
  const file = policyPath(config, path);
  const layers = notingParents(resolveWithin(dirname(path)));
  const { value, diagnostics } = compileServed(readSource(file), config.environment, layers.resolve);
  if (!value) throw new FoundErrors(diagnostics);
  if (diagnostics.length > 0 && side === undefined) terminal.err(renderDiagnostics(diagnostics));
  if (workers > 1 && side === undefined) {
    const shared = hasOneOwner(config.store.url) ? await openStore(config, dirname(path)) : undefined;
    const { shutdownDelayMs, shutdownGraceMs } = config.server;
    return superviseWorkers(terminal, workers, shared, shutdownDelayMs + shutdownGraceMs + lastWritesMs);
  }
  const live: LivePolicy = new LivePolicy(serveCompiled(value), {
    now: systemClock.now,
    decided: (milliseconds) => metrics.decided(milliseconds),
  });
  const own = createMetrics(
    { environment: config.environment, version, policy: () => live.current, health: () => health.standings() },
    { runtime: true },
  );
  const metrics = side?.ofAll(own) ?? own;
  const log = createLog();
  const store = side?.store(config) ?? (await openStore(config, dirname(path)));
  const counters = availableCounters(config, store, log);
  const watching = { store: store.health, now: systemClock.wallNow, id: randomUUID(), turned: log.circuit };
  const board = new CircuitBoard(watching);
  const providers = await startProviders(config, dirname(path), log, board);
  const ledger = await openForCommand(() => createLedger(config.ledger.url, dirname(path)));
  const spending = createSpendingTools(config, counters, systemClock, metrics.limitRefused);
  const health = new ModelHealth(config, providers.byName, board);
  const gate = new RequestGate(config.server);
  const keeping = createKeeping(config, { ledger, store, clock: systemClock, warn: log.warning });
  const guards = await openGuardTools(config);
  const { recorder } = keeping;
  const { mirrored } = metrics;
  const mirrors = new Mirrors({ providers: providers.byName, clock: systemClock, recorder, mirrored, bug: log.bug });
  const stopTending = await tendLedger(ledger, {
    keepMs: config.ledger.keepMs,
    now: systemClock.wallNow,
    failed: (why) => keeping.recorder.failed(why),
  });
  const app = createApp({
    config,
    guards,
    mirrors,
    log,
    policy: live,
    providers: providers.byName,
    nextStep,
    clock: systemClock,
    store,
    metrics,
    health,
    gate,
    version,
    ...spending,
    ...keeping,
    ledger,
    ...(config.tokens === 'exact' && { countTexts: await loadExactCount() }),
  });
  // Before it says that it serves: whoever reads that may change the policy at once.
  const stopReloading = reloadOnChange(terminal, config, live, file, layers);
  const stopSecrets = rereadSecrets(terminal, providers);
  let stopTls = () => {};
  try {
    await warnOfOverruled(terminal, config, store);
    const server = await listen(app, config, options.port, readTls(config.server, path));
    stopTls = rereadTls(terminal, config.server, path, server);
    greet(terminal, config, live, server.url);
    await stopSignal();
    await stopServing(terminal, config.server, { gate, server, providers, health, mirrors, clock: systemClock });
    await spending.meter.drain();
  } finally {
    stopReloading();
    stopSecrets();
    stopTls();
    counters.stop();
    await keeping.stop();
    stopTending();
    await Promise.all([guards?.close(), providers.close(), store.close(), ledger.close()]);
    side?.leave();
  }
  return exitCodes.ok;
}

function availableCounters({ store: settings }: GatewayConfig, { counters }: Store, log: Log) {
  const told = (why: string | undefined) => log.storeAway(why, settings.onUnavailable);
  return withAvailability(counters, { ...settings, now: systemClock.now, told });
}

/** A name that the config declares is the config's: a key of the store that has it is refused, and whoever made it should know. */
async function warnOfOverruled(terminal: Terminal, { keys }: GatewayConfig, store: Store): Promise<void> {
  if (keys.length === 0) return;
  const stored = await store.keys.list().catch(() => []);
  for (const { name } of stored.filter((key) => key.revokedAt === null && keys.some(({ name }) => name === key.name))) {
    terminal.err(`error: the key \`${name}\` of the store is refused: the config has a key of that name`);
  }
}

async function startProviders(
  config: GatewayConfig,
  folder: string,
  log: Log,
  board: CircuitBoard,
): Promise<RunningProviders> {
  try {
    return await openProviders(config, { folder, warn: log.restingKey, circuitFor: createKeyCircuits(board) });
  } catch (error) {
    if (error instanceof ProviderProblem) throw new CommandError(error.message);
    throw error;
  }
}

/** Keys that were rotated are taken up, and those that upstreams refused are tried again, on SIGHUP. */
function rereadSecrets(terminal: Terminal, providers: RunningProviders): () => void {
  const reread = async () => {
    const problems = await providers.reload();
    for (const problem of problems) terminal.err(`secrets not replaced: ${problem}`);
    if (problems.length === 0) terminal.err('secrets read again');
  };
  process.on('SIGHUP', reread);
  return () => process.off('SIGHUP', reread);
}

async function listen(
  app: Parameters<typeof startServer>[0],
  { server }: GatewayConfig,
  port: string | undefined,
  tls: TlsPair | undefined,
): Promise<RunningServer> {
  const wanted = port === undefined ? server.port : Number(port);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new CommandError(`--port ${port} is not a port`);
  try {
    return await startServer(app, { ...server, port: wanted, tls });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new CommandError(
        `port ${wanted} of ${server.host} is taken; stop what listens there, or choose another with --port`,
      );
    }
    throw new CommandError(
      `cannot listen on ${server.host}:${wanted}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function greet(terminal: Terminal, config: GatewayConfig, live: LivePolicy, url: string): void {
  const [model] = config.environment.models;
  const body = JSON.stringify({ model: model?.name ?? 'any', messages: [{ role: 'user', content: 'Hello!' }] });
  const key = config.auth.required ? ` -H 'authorization: Bearer <virtual key>'` : '';
  terminal.err(`llmpolicy serves policy "${live.current.name}" on ${url}\n`);
  terminal.err(`try it:\n  curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} -d '${body}'\n`);
}

/** Reads the policy again when one of its files changes, and on SIGHUP. With errors the old program stays. */
function reloadOnChange(
  terminal: Terminal,
  config: GatewayConfig,
  live: LivePolicy,
  file: string,
  { resolve, found }: ReturnType<typeof notingParents>,
): () => void {
  const watched = new Set<string>();
  const reload = () => {
    try {
      const result = reloadPolicy(live, readSource(file), config.environment, resolve);
      if (result.diagnostics.length > 0) terminal.err(renderDiagnostics(result.diagnostics));
      if (result.outcome === 'swapped') terminal.err(`policy swapped: ${result.digest}`);
      if (result.outcome === 'unchanged') terminal.err(`policy unchanged: ${live.current.digest} goes on serving`);
      if (result.outcome === 'refused') terminal.err(`policy not swapped: ${live.current.digest} goes on serving`);
    } catch (error) {
      // The file is gone or cannot be read: as bad as a text with errors, and no worse.
      terminal.err(`policy not swapped: ${error instanceof Error ? error.message : String(error)}`);
    }
    watchLayers();
  };
  const watchLayers = () => {
    for (const layer of [file, ...found]) {
      if (!watched.has(layer)) watchFile(layer, { interval: watchEveryMs }, reload);
      watched.add(layer);
    }
  };
  watchLayers();
  process.on('SIGHUP', reload);
  return () => {
    for (const layer of watched) unwatchFile(layer, reload);
    process.off('SIGHUP', reload);
  };
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
