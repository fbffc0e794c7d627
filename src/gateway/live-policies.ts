import { randomUUID } from 'node:crypto';
import type { GatewayConfig, PolicyConfig } from '../config/config.ts';
import type { Diagnostic, Parsed } from '../diagnostics/diagnostic.ts';
import type { PolicyIndex, PolicyStore, PolicyVersion } from '../stores/policy-store.ts';
import { StoreUnavailable } from '../stores/store.ts';
import type { Clock } from './clock.ts';
import type { DifferenceKind } from './compare-decisions.ts';
import { writeContent } from './policy-content.ts';
import { type PolicyPlace, policySetOf, type ReadyVersion, type RunningTrial } from './policy-place.ts';
import { firstError } from './policy-refused.ts';
import type { PolicySet } from './policy-set.ts';
import { readVersion } from './read-version.ts';
import { type Making, type OpenPolicyFile, readyContent, readyFile } from './ready-version.ts';
import type { DecisionTiming } from './served-policy.ts';
import { trialOf } from './trial-of.ts';

/** What of a config the policies in force follow from. */
export type PolicyInventory = Pick<GatewayConfig, 'policies' | 'policySource' | 'environment'>;

/** Who hears of what becomes of policies. */
export interface PolicyTold {
  say(text: string): void;
  /** Something is not as the operator wants it. */
  warn(text: string): void;
  show(diagnostics: readonly Diagnostic[]): void;
}

export interface LivePoliciesTools {
  readonly store: PolicyStore;
  readonly clock: Pick<Clock, 'wallNow'>;
  readonly openFile: OpenPolicyFile;
  readonly timing: DecisionTiming;
  readonly told: PolicyTold;
  /** Hears of each request that was tried in the shadow of a policy. */
  readonly heard: (policy: string, differs: readonly DifferenceKind[]) => void;
  /** Takes a new set up: it is served from now on. */
  readonly publish: (set: PolicySet) => void;
}

/** A version of the store that must be served, and cannot. */
export class UnservedVersion extends Error {}

type ReadFile = { readonly version: ReadyVersion; readonly diagnostics: readonly Diagnostic[] } | Unread;
interface Unread {
  readonly version: undefined;
  readonly problem: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The policies in force, in this process: from their files, from the store, from whoever pushes. Every change goes the whole way to a
 * program first; where that fails, what is in force stays. One change at a time.
 */
export class LivePolicies {
  readonly tools: LivePoliciesTools;
  #config: PolicyInventory;
  #places: readonly PolicyPlace[] = [];
  #index: PolicyIndex | undefined;
  #version: number | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(config: PolicyInventory, tools: LivePoliciesTools) {
    this.#config = config;
    this.tools = tools;
  }

  /**
   * The policies of a config, from where `policy_source` says. Rejects with `UnservedVersion` or `StoreUnavailable` where that is the store
   * and nothing can be served from it.
   */
  static async open(config: PolicyInventory, tools: LivePoliciesTools): Promise<Parsed<LivePolicies>> {
    const live = new LivePolicies(config, tools);
    live.#index = await tools.store.index().catch((error: unknown) => {
      if (config.policySource === 'store' || !(error instanceof StoreUnavailable)) throw error;
      tools.told.warn(`policies of the store cannot be read: ${error.message}`);
      return undefined;
    });
    const { value, diagnostics } = await live.#prepare(config);
    if (value === undefined) return { value, diagnostics };
    live.#places = value;
    await live.#noteFiles(value);
    return { value: live, diagnostics };
  }

  get places(): readonly PolicyPlace[] {
    return this.#places;
  }

  get config(): PolicyInventory {
    return this.#config;
  }

  get set(): PolicySet {
    return policySetOf(this.#config, this.#places);
  }

  get making(): Making {
    return { environment: this.#config.environment, timing: this.tools.timing };
  }

  /** One change after the other. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Takes up what the store says, if it says something new. Rejects with `StoreUnavailable`. */
  async follow(): Promise<void> {
    const version = await this.tools.store.version();
    if (version === this.#version) return;
    await this.inTurn(() => this.converge());
    this.#version = version;
  }

  /** Takes up what the store says. In turn. */
  async converge(made: ReadonlyMap<string, ReadyVersion> = new Map()): Promise<void> {
    const index = await this.tools.store.index();
    const places = await Promise.all(this.#places.map((place) => this.#convergeOne(place, index, made)));
    this.#index = index;
    this.#put(places);
  }

  /** Reads the files again. Where the store is the truth, or a file says what it said, what is in force stays. */
  reloadFiles(): Promise<void> {
    return this.inTurn(async () => {
      const places = this.#places.map((place) => this.#reloadOne(place));
      const swapped = places.filter(({ served }, index) => served !== this.#places[index]?.served);
      this.#put(places);
      await this.#noteFiles(swapped);
    });
  }

  /**
   * The policies of another config, all of them or none: with errors nothing changes. `commit` is given the new set and sees to what else
   * goes with the config. Rejects with what `commit` rejects with.
   */
  reloadConfig(
    config: PolicyInventory,
    commit: (set: PolicySet) => Promise<void>,
  ): Promise<{ readonly refused: boolean; readonly diagnostics: readonly Diagnostic[] }> {
    return this.inTurn(async () => {
      const { value, diagnostics } = await this.#prepare(config);
      if (value === undefined) return { refused: true, diagnostics };
      await commit(policySetOf(config, value));
      const before = new Set(this.#places.map(({ served }) => served.policy.digest));
      this.#config = config;
      this.#places = value;
      await this.#noteFiles(value.filter(({ served }) => !before.has(served.policy.digest)));
      return { refused: false, diagnostics };
    });
  }

  #put(places: readonly PolicyPlace[]): void {
    const hasChanged = places.some(({ served, trial }, index) => {
      const before = this.#places[index];
      return before?.served !== served || before.trial?.running?.trial !== trial?.running?.trial;
    });
    this.#places = places;
    if (hasChanged) this.tools.publish(this.set);
  }

  async #prepare(config: PolicyInventory): Promise<Parsed<readonly PolicyPlace[]>> {
    const results: Parsed<PolicyPlace>[] = [];
    for (const policy of config.policies) results.push(await this.#prepareOne(config, policy));
    const places = results.flatMap(({ value }) => value ?? []);
    const diagnostics = onlyOnce(results.flatMap((result) => result.diagnostics));
    return { value: places.length === results.length ? places : undefined, diagnostics };
  }

  async #prepareOne(config: PolicyInventory, policy: PolicyConfig): Promise<Parsed<PolicyPlace>> {
    const making = { environment: config.environment, timing: this.tools.timing };
    const before = this.#places.find(({ config: known }) => known.key === policy.key);
    const file = this.#readFile(making, policy);
    const stored = liveIn(this.#index, policy.key);
    const trial = await this.#trialIn(this.#index, making, policy.key, before?.trial ?? null);
    const place = {
      config: policy,
      file: fileState(file),
      stored,
      problem: before?.problem ?? null,
      trial,
      isTaken: false,
    };
    const isWanted =
      stored !== null && (before === undefined ? config.policySource === 'store' : before.problem !== null);
    if (isWanted) {
      const read = await readVersion(this.tools.store, making, stored);
      if (!('problem' in read))
        return { value: { ...place, served: read, isTaken: true, problem: null }, diagnostics: [] };
      if (before === undefined) throw new UnservedVersion(unserved(policy, read.problem));
    }
    const isFile = before === undefined || before.served.origin === 'file' || hasMoved(before, config, policy);
    const { version, diagnostics } = isFile ? file : remade(making, before.served);
    if (isFile && version === undefined && diagnostics.length === 0) throw new UnservedVersion(problemOf(file));
    const isTaken = !isFile && before.isTaken;
    return { value: version && { ...place, served: version, isTaken }, diagnostics };
  }

  #readFile(making: Making, { path }: PolicyConfig): ReadFile {
    const bringing = { origin: 'file', by: 'file', message: path, at: this.tools.clock.wallNow() } as const;
    try {
      const { value, diagnostics } = readyFile(making, this.tools.openFile(path), bringing);
      if (value !== undefined) return { version: value, diagnostics };
      return { version: undefined, problem: firstError(diagnostics), diagnostics };
    } catch (error) {
      // It is gone or cannot be read: as bad as a text with errors, and no worse.
      const problem = error instanceof Error ? error.message : String(error);
      return { version: undefined, problem, diagnostics: [] };
    }
  }

  #reloadOne(place: PolicyPlace): PolicyPlace {
    const { told } = this.tools;
    const { served, config, stored } = place;
    const read = this.#readFile(this.making, config);
    if (read.diagnostics.length > 0) told.show(read.diagnostics);
    const what = this.nameOf(place);
    const next = { ...place, file: fileState(read) };
    const stays = `${served.policy.digest} goes on serving`;
    if (read.version === undefined) {
      const why = read.diagnostics.length > 0 ? stays : read.problem;
      told.say(`${what} not swapped: ${why}`);
      return next;
    }
    const { digest } = read.version.policy;
    if (digest === served.policy.digest || ('digest' in place.file && digest === place.file.digest)) {
      told.say(`${what} unchanged: ${stays}`);
      return next;
    }
    if (this.#config.policySource === 'store' && stored !== null) {
      told.say(`${what} not swapped: ${stays}, for the store is the truth (\`policy_source: store\`): push the file`);
      return next;
    }
    told.say(`${what} swapped: ${digest}`);
    return { ...next, served: read.version, isTaken: false };
  }

  async #convergeOne(
    place: PolicyPlace,
    index: PolicyIndex,
    made: ReadonlyMap<string, ReadyVersion>,
  ): Promise<PolicyPlace> {
    const { key } = place.config;
    const stored = liveIn(index, key);
    const trial = await this.#trialIn(index, this.making, key, place.trial);
    if (trial?.problem && trial.version.id !== place.trial?.version.id) this.tools.told.warn(trial.problem);
    const next = { ...place, stored, trial };
    // With files for the truth, what was accepted before this process began is not for it.
    const isOld = this.#index === undefined && this.#config.policySource === 'file' && !made.has(stored?.id ?? '');
    if (stored === null || stored.id === place.stored?.id || isOld)
      return stored === null ? { ...next, isTaken: false } : next;
    const read = made.get(stored.id) ?? (await readVersion(this.tools.store, this.making, stored));
    const what = this.nameOf(place);
    if ('problem' in read) {
      this.tools.told.warn(`${what} not swapped: ${place.served.policy.digest} goes on serving: ${read.problem}`);
      return { ...next, isTaken: false, problem: read.problem };
    }
    this.tools.told.say(`${what} swapped: ${read.policy.digest} (${read.origin} by ${read.by})`);
    return { ...next, served: read, isTaken: true, problem: null };
  }

  async #trialIn(
    index: PolicyIndex | undefined,
    making: Making,
    key: string,
    before: RunningTrial | null,
  ): Promise<RunningTrial | null> {
    const wanted = index?.shadows[key];
    const version = index?.versions.find(({ id }) => id === wanted?.id);
    if (wanted === undefined || version === undefined) return null;
    if (before?.version.id === version.id && making.environment === this.#config.environment) return before;
    const heard = (differs: readonly DifferenceKind[]) => this.tools.heard(version.name, differs);
    return trialOf(this.tools.store, making, { version, share: wanted.share, before, heard });
  }

  /** How messages call a policy: by its name where there are several. */
  nameOf({ served }: PolicyPlace): string {
    return this.#places.length > 1 ? `policy ${served.policy.name}` : 'policy';
  }

  /** For the history. What cannot be noted now is not served the less. */
  async #noteFiles(places: readonly PolicyPlace[]): Promise<void> {
    for (const { config, served } of places.filter(({ served }) => served.origin === 'file')) {
      const { version, content } = writtenVersion(config.key, served);
      await this.tools.store.change({ kind: 'note', version, content }).catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error;
        this.tools.told.warn(`the history of policies could not be kept: ${error.message}`);
      });
    }
  }
}

/** A version as the store keeps it. `restores`: of a rollback, the version that it goes back to. */
export function writtenVersion(
  policy: string,
  { content, policy: { name, digest }, origin, by, message, at }: ReadyVersion,
  restores: string | null = null,
): { readonly version: PolicyVersion; readonly content: string } {
  const text = writeContent(content);
  const version = { id: randomUUID(), policy, name, digest, origin, by, message, at, bytes: text.length, restores };
  return { version, content: text };
}

function liveIn(index: PolicyIndex | undefined, key: string): PolicyVersion | null {
  const id = index?.live[key];
  return (id !== undefined && index?.versions.find((version) => version.id === id)) || null;
}

function fileState(read: ReadFile): PolicyPlace['file'] {
  return read.version === undefined ? { problem: problemOf(read) } : { digest: read.version.policy.digest };
}

function problemOf(read: ReadFile): string {
  return read.version === undefined ? read.problem : '';
}

/** What was pushed stays, unless the config names another file and files are the truth. */
function hasMoved({ config: before }: PolicyPlace, { policySource }: PolicyInventory, { path }: PolicyConfig): boolean {
  return policySource === 'file' && before.path !== path;
}

function remade(making: Making, served: ReadyVersion) {
  const { value, diagnostics } = readyContent(making, served.content, served);
  return { version: value, diagnostics };
}

function unserved({ path }: PolicyConfig, problem: string): string {
  return `${problem}; \`policy_source: file\` in the config would serve ${path}`;
}

/** Two policies may share a file. */
function onlyOnce(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, primary: { span } }) => {
    const place = [code, span.source.name, span.start, span.end].join(' ');
    const isNew = !seen.has(place);
    seen.add(place);
    return isNew;
  });
}
