import type { RunningProviders } from '../assemble.ts';
import type { ServerConfig } from '../config/config.ts';
import type { Clock } from '../gateway/clock.ts';
import type { Mirrors } from '../gateway/mirrors.ts';
import type { ModelHealth } from '../gateway/model-health.ts';
import type { RequestGate } from '../gateway/request-gate.ts';
import type { RunningServer } from '../http/server.ts';
import type { Terminal } from './output/terminal.ts';

export interface Stopping {
  readonly gate: RequestGate;
  readonly server: RunningServer;
  readonly providers: Pick<RunningProviders, 'cutOff'>;
  readonly health: ModelHealth;
  readonly mirrors: Pick<Mirrors, 'stop'>;
  readonly clock: Clock;
}

/**
 * First `/readyz` says no, so that balancers send nobody any more; after a while no connection is taken; what runs may end, and is cut off
 * when it takes too long. A second signal ends the process at once.
 */
export async function stopServing(
  terminal: Terminal,
  { shutdownDelayMs, shutdownGraceMs }: ServerConfig,
  { gate, server, providers, health, mirrors, clock }: Stopping,
): Promise<void> {
  gate.stop();
  terminal.err(`stopping: requests in flight may end (${gate.running} now); a second signal stops at once`);
  if (shutdownDelayMs > 0) await clock.sleep(shutdownDelayMs, new AbortController().signal);
  const copies = mirrors.stop(shutdownGraceMs);
  await server.close(shutdownGraceMs, () => {
    terminal.err(`stopping: ${gate.running} requests did not end in time and are cut off`);
    void health.stop();
    providers.cutOff();
  });
  await copies;
  await health.stop();
}
