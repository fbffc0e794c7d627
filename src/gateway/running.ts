import type { PolicySet } from './policy-set.ts';
import type { Inventory, RunningSet, SharedProviders } from './running-set.ts';

/**
 * The one reference to what is in force. Swaps hold for the requests after them. An inventory that was replaced is closed when the last
 * request that took it has ended.
 */
export class Running {
  #current: RunningSet;
  readonly #inUse = new Map<Inventory, number>();
  /** In use, or retired and not closed yet. */
  readonly #open = new Set<Inventory>();
  readonly #closing = new Set<Promise<void>>();

  constructor(inventory: Inventory, policies: PolicySet) {
    this.#current = { inventory, tools: { ...inventory.tools, policies } };
    this.#inUse.set(inventory, 0);
    this.#open.add(inventory);
  }

  get current(): RunningSet {
    return this.#current;
  }

  /** For one request, until it says `leave`. */
  take(): RunningSet {
    this.#count(this.#current.inventory, 1);
    return this.#current;
  }

  leave({ inventory }: RunningSet): void {
    if (this.#count(inventory, -1) === 0 && inventory !== this.#current.inventory) this.#retire(inventory);
  }

  swapPolicies(policies: PolicySet): void {
    const { inventory } = this.#current;
    this.#current = { inventory, tools: { ...inventory.tools, policies } };
  }

  swap(inventory: Inventory, policies: PolicySet): void {
    const before = this.#current.inventory;
    this.#current = { inventory, tools: { ...inventory.tools, policies } };
    this.#inUse.set(inventory, 0);
    this.#open.add(inventory);
    if (this.#inUse.get(before) === 0) this.#retire(before);
  }

  /** The providers of all that is in use. */
  get providers(): Pick<SharedProviders, 'cutOff'> {
    return {
      cutOff: () => {
        for (const { providers } of this.#inUse.keys()) providers.cutOff();
      },
    };
  }

  /** Stops the copies of requests: of all that is in use. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([...this.#inUse.keys()].map((inventory) => inventory.stopMirrors(graceMs)));
  }

  /** Resolves when everything is kept and closed. No request may come any more. */
  async close(): Promise<void> {
    for (const inventory of [...this.#inUse.keys()]) this.#retire(inventory);
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }

  #count(inventory: Inventory, by: number): number {
    const count = (this.#inUse.get(inventory) ?? 0) + by;
    this.#inUse.set(inventory, count);
    return count;
  }

  #retire(inventory: Inventory): void {
    this.#inUse.delete(inventory);
    const close = () => {
      this.#open.delete(inventory);
      return inventory.providers.close([...this.#open].map(({ providers }) => providers));
    };
    const closing: Promise<void> = inventory
      .retire()
      .then(close)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
