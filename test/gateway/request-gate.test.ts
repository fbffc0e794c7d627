import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RequestGate, type Turn } from '../../src/gateway/request-gate.ts';

afterEach(() => void vi.useRealTimers());

describe('a gate', () => {
  it('never serves or keeps waiting more than it may, serves in order, and leaves nobody behind', () => {
    const steps = fc.array(fc.oneof(fc.constant('enter' as const), fc.nat(30)), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (turns) => {
        const gate = new RequestGate({ maxConcurrency: 3, maxQueue: 2 });
        const begun: number[] = [];
        const inside: Turn[] = [];
        turns.forEach((step, id) => {
          takeStep(gate, inside, step, () => begun.push(id));
          expect([gate.running, gate.waiting]).toEqual([Math.min(3, inside.length), Math.max(0, inside.length - 3)]);
          expect(inside.filter(({ state }) => state === 'running')).toHaveLength(gate.running);
        });
        expect(begun).toEqual(begun.toSorted((a, b) => a - b));
        for (const turn of inside) gate.leave(turn);
        expect([gate.running, gate.waiting]).toEqual([0, 0]);
      }),
    );
  });

  it('tells whoever waits too long', () => {
    vi.useFakeTimers();
    const gate = new RequestGate({ maxConcurrency: 1, maxQueue: 1 });
    const told: boolean[] = [];
    const first = gate.enter(() => undefined);
    gate.enter((isLate) => told.push(isLate));
    vi.advanceTimersByTime(10_000);
    expect([told, gate.waiting]).toEqual([[true], 0]);
    if (first !== undefined) gate.leave(first);
    expect([told, gate.running]).toEqual([[true], 0]);
  });
});

function takeStep(gate: RequestGate, inside: Turn[], step: 'enter' | number, begin: () => void): void {
  if (step === 'enter') {
    const turn = gate.enter(begin);
    expect(turn === undefined).toBe(inside.length >= 5);
    if (turn !== undefined) inside.push(turn);
    return;
  }
  const [gone] = inside.splice(step % Math.max(1, inside.length), 1);
  if (gone === undefined) return;
  gate.leave(gone);
  gate.leave(gone);
}
