import { describe, expect, it } from 'vitest';
import type { PolicySet } from '../../src/gateway/policy-set.ts';
import { Running } from '../../src/gateway/running.ts';
import type { Inventory } from '../../src/gateway/running-set.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const policies = { of: () => undefined } as unknown as PolicySet;

/** Inventories that say when they are drained and closed, and who else was in use then. */
function inventories() {
  const said: string[] = [];
  const names = new Map<unknown, string>();
  const open = (name: string): Inventory => {
    const providers: Inventory['providers'] = {
      cutOff: () => void said.push(`${name} cut off`),
      async close(others = []) {
        said.push(`${name} closed, beside [${others.map((other) => names.get(other)).join(' ')}]`);
      },
    };
    names.set(providers, name);
    const parts = { providers, tools: {}, retire: async () => void said.push(`${name} drained`) };
    return parts as unknown as Inventory;
  };
  return { open, said };
}

describe('what is in force', () => {
  it('is taken by each request once, and closed when nobody has it any more', async () => {
    const { open, said } = inventories();
    const [first, second] = [open('first'), open('second')];
    const running = new Running(first, policies);
    const [one, other] = [running.take(), running.take()];
    running.swap(second, policies);
    expect(one.inventory).toBe(first);
    expect(running.take().inventory).toBe(second);
    running.leave(one);
    expect(said).toEqual([]);
    running.leave(other);
    await turn();
    expect(said).toEqual(['first drained', 'first closed, beside [second]']);
  });

  it('is closed at once where no request has it, beside all that are still in use', async () => {
    const { open, said } = inventories();
    const running = new Running(open('first'), policies);
    const held = running.take();
    running.swap(open('second'), policies);
    running.swap(open('third'), policies);
    await turn();
    expect(said).toEqual(['second drained', 'second closed, beside [first third]']);
    running.leave(held);
    await running.close();
    expect(said.slice(2)).toEqual([
      'first drained',
      'third drained',
      'first closed, beside [third]',
      'third closed, beside []',
    ]);
  });

  it('keeps its inventory when policies are swapped', () => {
    const { open, said } = inventories();
    const running = new Running(open('first'), policies);
    const before = running.take();
    const next = { of: () => undefined } as unknown as PolicySet;
    running.swapPolicies(next);
    running.leave(before);
    expect(before.tools.policies).toBe(policies);
    expect(running.current.tools.policies).toBe(next);
    expect(said).toEqual([]);
  });
});
