import type { Diagnostic, Parsed } from '../diagnostics/diagnostic.ts';
import type { PolicyIndex, PolicyStore } from '../stores/policy-store.ts';
import { StoreUnavailable } from '../stores/store.ts';
import type { Clock } from './clock.ts';
import type { DifferenceKind } from './compare-decisions.ts';
import { onlyOnce } from './only-once.ts';
import {
  type PolicyInventory,
  type PolicyPlace,
  policySetOf,
  type ReadyVersion,
  type RunningTrial,
} from './policy-place.ts';
import type { PolicySet } from './policy-set.ts';
import { preparePlace } from './prepare-place.ts';
import { readPolicyFile } from './read-policy-file.ts';
import { readVersion } from './read-version.ts';
import type { Making, OpenPolicyFile } from './ready-version.ts';
import { reloadPlace } from './reload-place.ts';
import type { DecisionTiming } from './served-policy.ts';
import { trialOf } from './trial-of.ts';
import { isSince, liveIn, writtenVersion } from './written-version.ts';

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
  /**
   * Of a process that takes another's place: when the first of them began. What was accepted since then is in force, with files for the
   * truth too, unless a file has changed after it.
   */
  readonly since?: number | undefined;
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
    return this.#makingFor(this.#config);
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

  /** Takes up what the store says; in turn. `made`: by id, versions that need not be made again. */
  async converge(made: ReadonlyMap<string, ReadyVersion> = new Map()): Promise<void> {
    const index = await this.tools.store.index();
    const places = await Promise.all(this.#places.map((place) => this.#convergeOne(place, index, made)));
    this.#index = index;
    this.#put(places);
  }

  /** Reads the files again. Where the store is the truth, or a file says what it said, what is in force stays. */
  reloadFiles(): Promise<void> {
    return this.inTurn(async () => {
      const { openFile, clock, told } = this.tools;
      const places = this.#places.map((before) => {
        const read = readPolicyFile(this.making, openFile, before.config, clock.wallNow());
        if (read.diagnostics.length > 0) told.show(read.diagnostics);
        const { place, said } = reloadPlace(before, read, this.#config);
        told.say(`${this.#nameOf(before)} ${said}`);
        return place;
      });
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

  #makingFor({ environment }: PolicyInventory): Making {
    return { environment, timing: this.tools.timing };
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
    const { store, openFile, clock } = this.tools;
    const making = this.#makingFor(config);
    const results: Parsed<PolicyPlace>[] = [];
    for (const policy of config.policies) {
      const before = this.#places.find((place) => place.config.key === policy.key);
      const file = readPolicyFile(making, openFile, policy, clock.wallNow());
      const stored = liveIn(this.#index, policy.key);
      const trial = await this.#trialIn(this.#index, making, policy.key, before?.trial ?? null);
      const isNews = isSince(this.#index, stored, this.tools.since);
      results.push(await preparePlace(store, making, { config, policy, before, file, stored, trial, isNews }));
    }
    const places = results.flatMap(({ value }) => value ?? []);
    const diagnostics = onlyOnce(results.flatMap((result) => result.diagnostics));
    return { value: places.length === results.length ? places : undefined, diagnostics };
  }

  async #convergeOne(
    place: PolicyPlace,
    index: PolicyIndex,
    made: ReadonlyMap<string, ReadyVersion>,
  ): Promise<PolicyPlace> {
    const { told, store } = this.tools;
    const { key } = place.config;
    const stored = liveIn(index, key);
    const trial = await this.#trialIn(index, this.making, key, place.trial);
    if (trial?.problem && trial.version.id !== place.trial?.version.id) told.warn(trial.problem);
    const next = { ...place, stored, trial };
    if (stored === null) return { ...next, isTaken: false };
    // With files for the truth, what was accepted before this process began is not for it.
    const isOld = this.#index === undefined && this.#config.policySource === 'file' && !made.has(stored.id);
    if (isOld || stored.id === place.stored?.id) return next;
    const read = made.get(stored.id) ?? (await readVersion(store, this.making, stored));
    const what = this.#nameOf(place);
    if ('problem' in read) {
      told.warn(`${what} not swapped: ${place.served.policy.digest} goes on serving: ${read.problem}`);
      return { ...next, isTaken: false, problem: read.problem };
    }
    told.say(`${what} swapped: ${read.policy.digest} (${read.origin} by ${read.by})`);
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
  #nameOf({ served }: PolicyPlace): string {
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
