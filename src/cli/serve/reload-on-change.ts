import { isDeepStrictEqual } from 'node:util';
import { type LastingParts, type OpenInventory, openInventory } from '../../assemble-inventory.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { restartNeeded, whyOnlyRestart, withoutRestart } from '../../config/restart-needed.ts';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import type { LivePolicies } from '../../gateway/live-policies.ts';
import { UnservedVersion } from '../../gateway/prepare-place.ts';
import type { Running } from '../../gateway/running.ts';
import { ProviderProblem } from '../../providers/provider-problem.ts';
import { StoreUnavailable } from '../../stores/store.ts';
import { CommandError } from '../exit.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import { loadConfig } from '../workspace.ts';
import { FileWatch } from './file-watch.ts';
import type { PolicyFiles } from './policy-files.ts';
import { warnOfOverruled } from './warn-of-overruled.ts';

/** A gateway that runs, and what it was read from. */
export interface Served {
  readonly configPath: string;
  /** It, and what it was read from beside it. */
  readonly configFiles: readonly string[];
  readonly inventory: OpenInventory;
  readonly lasting: LastingParts;
  readonly files: PolicyFiles;
  readonly live: LivePolicies;
  readonly running: Running;
}

/** Reads the config and the policies again when one of their files changes, and on SIGHUP, then the providers' secrets too. */
export function reloadOnChange(terminal: Terminal, served: Served): () => void {
  const reloader = new Reloader(terminal, served);
  const policies = new FileWatch(() => void reloader.reloadPolicies());
  const config = new FileWatch(() => void reloader.reloadConfig());
  const watch = () => {
    policies.add(served.files.found);
    config.add(reloader.configFiles);
  };
  reloader.reloaded = watch;
  watch();
  const hangup = () => void reloader.reloadAll();
  process.on('SIGHUP', hangup);
  return () => {
    policies.stop();
    config.stop();
    process.off('SIGHUP', hangup);
  };
}

class Reloader {
  reloaded: () => void = () => undefined;
  configFiles: readonly string[];
  readonly #terminal: Terminal;
  readonly #served: Served;
  /** As it was read last, be it that some of it needs a restart. */
  #read: GatewayConfig;
  #inventory: OpenInventory;
  #queue: Promise<void> = Promise.resolve();

  constructor(terminal: Terminal, served: Served) {
    this.#terminal = terminal;
    this.#served = served;
    this.#inventory = served.inventory;
    this.configFiles = served.configFiles;
    this.#read = served.inventory.config;
  }

  reloadPolicies(): Promise<void> {
    return this.#inTurn(() => this.#served.live.reloadFiles());
  }

  reloadConfig(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#takeConfig();
    });
  }

  reloadAll(): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await this.#takeConfig())) await this.#served.live.reloadFiles();
      const problems = await this.#inventory.providers.reload();
      for (const problem of problems) this.#terminal.err(`secrets not replaced: ${problem}`);
      if (problems.length === 0) this.#terminal.err('secrets read again');
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).then(() => this.reloaded());
    return this.#queue;
  }

  /** Whether the policies were read with it: it says something new, and can be read. */
  async #takeConfig(): Promise<boolean> {
    try {
      const { value, diagnostics, files } = loadConfig(this.#served.configPath);
      this.configFiles = files;
      if (value !== undefined && isDeepStrictEqual(value, this.#read)) return false;
      if (diagnostics.length > 0) this.#terminal.err(renderDiagnostics(diagnostics));
      if (value === undefined || hasErrors(diagnostics)) return this.#stays('the one before goes on serving');
      const { config: running } = this.#inventory;
      const why = whyOnlyRestart(running, value);
      if (why !== undefined) return this.#stays(why);
      await this.#swap(withoutRestart(running, value), value);
      return true;
    } catch (error) {
      if (!isExpected(error)) throw error;
      return this.#stays(error.message);
    }
  }

  async #swap(next: GatewayConfig, read: GatewayConfig): Promise<void> {
    const { lasting, live, running } = this.#served;
    const { refused, diagnostics } = await live.reloadConfig(next, async (policies) => {
      const inventory = await openInventory(next, lasting, this.#inventory);
      running.swap(inventory, policies);
      this.#inventory = inventory;
    });
    if (diagnostics.length > 0) this.#terminal.err(renderDiagnostics(diagnostics));
    if (refused) return void this.#stays('the policies have errors with it, and the one before goes on serving');
    this.#read = read;
    const later = restartNeeded(next, read).map((key) => `\`${key}\``);
    this.#terminal.err('config swapped');
    if (later.length > 0) this.#terminal.err(`only after a restart: ${later.join(', ')}`);
    await warnOfOverruled(this.#terminal, next, lasting.store);
  }

  #stays(why: string): false {
    this.#terminal.err(`config not swapped: ${why}`);
    return false;
  }
}

type Expected = CommandError | ProviderProblem | UnservedVersion | StoreUnavailable;

function isExpected(error: unknown): error is Expected {
  return [CommandError, ProviderProblem, UnservedVersion, StoreUnavailable].some((kind) => error instanceof kind);
}
