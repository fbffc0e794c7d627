import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBoard } from '../../src/gateway/circuit-board.ts';
import type { SharedCircuit } from '../../src/gateway/shared-circuit.ts';
import type { HealthStore } from '../../src/stores/health-store.ts';
import { createMemoryStore } from '../../src/stores/memory/store.ts';
import { StoreUnavailable } from '../../src/stores/store.ts';

const settings = { failures: 3, errorRate: 5000, calls: 1000, windowMs: 10_000, restMs: 1000, longestRestMs: 4000 };

interface Process {
  readonly board: CircuitBoard;
  readonly circuit: SharedCircuit;
  readonly call: (failed: boolean) => void;
  readonly probe: () => boolean;
  readonly state: () => string;
}

/** So many processes on one store, and a clock that a test moves. */
function processes(count: number, store: HealthStore = createMemoryStore().health) {
  const time = { now: 1_700_000_000_000 };
  const all = Array.from({ length: count }, (_, index): Process => {
    const board = new CircuitBoard({ store, now: () => time.now, id: `p${index}` });
    const circuit = board.add('model/haiku', settings);
    return {
      board,
      circuit,
      call: (failed) => board.record(circuit, { failed, startedAt: time.now, endedAt: time.now }),
      probe: () => board.takeProbe(circuit, time.now),
      state: () => circuit.stateAt(time.now),
    };
  });
  const pass = async (milliseconds: number) => {
    time.now += milliseconds;
    for (const { board } of all) board.refresh();
    // Each settles its own; whoever was second says it again.
    for (let round = 0; round < 3; round++) for (const { board } of all) await board.drain();
  };
  return { all, time, pass };
}

const [away, back] = [0, 1];

describe('circuits of several processes', () => {
  it('open and close together', async () => {
    const { all, pass } = processes(3);
    const [first, second, third] = all as [Process, Process, Process];
    for (let failure = 0; failure < 3; failure++) first.call(true);
    await pass(1000);
    expect(all.map(({ state }) => state())).toEqual(['half-open', 'half-open', 'half-open']);
    second.probe();
    await pass(1);
    expect(second.probe()).toBe(true);
    second.call(false);
    second.circuit.endProbe();
    await pass(1);
    expect([first, second, third].map(({ state }) => state())).toEqual(['closed', 'closed', 'closed']);
    expect(first.board.open.size + third.board.open.size).toBe(0);
  });

  it('count the failures of all of them', async () => {
    const { all, pass } = processes(2);
    const [first, second] = all as [Process, Process];
    first.call(true);
    first.call(true);
    await pass(1000);
    second.call(true);
    expect(second.state()).toBe('open');
  });

  it('share what calls take', async () => {
    const { all, pass, time } = processes(2);
    const [first, second] = all as [Process, Process];
    first.board.record(first.circuit, { failed: false, startedAt: time.now - 120, endedAt: time.now });
    await pass(1000);
    expect(second.circuit.viewAt(time.now).latencyMs).toBe(120);
  });

  it('ask the store no more than once a second, and not at all while nobody calls', async () => {
    let asked = 0;
    const memory = createMemoryStore().health;
    const { all, pass, time } = processes(1, {
      exchange: (request) => {
        asked++;
        return memory.exchange(request);
      },
    });
    const [only] = all as [Process];
    for (let call = 0; call < 1000; call++) {
      time.now += 5;
      only.call(false);
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(asked).toBeLessThanOrEqual(6);
    await pass(0);
    const before = asked;
    time.now += 60_000;
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(before);
  });

  it('go on alone while the store is away, and tell what they saw when it is back', async () => {
    const memory = createMemoryStore().health;
    let state = away;
    const { all, pass } = processes(2, {
      exchange: (request) =>
        state === away ? Promise.reject(new StoreUnavailable('connection', 'away')) : memory.exchange(request),
    });
    const [first, second] = all as [Process, Process];
    for (let failure = 0; failure < 3; failure++) first.call(true);
    await pass(500);
    expect([first.state(), second.state()]).toEqual(['open', 'closed']);
    await pass(500);
    expect(first.probe()).toBe(true);
    first.circuit.endProbe();
    state = back;
    await pass(1000);
    expect(second.state()).toBe('half-open');
  });

  it('forget nothing that a process saw while another was first to say something', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2), { minLength: 1, maxLength: 30 }), async (who) => {
        const { all, pass, time } = processes(3);
        for (const index of who) {
          const { board, circuit } = all[index] as Process;
          board.record(circuit, { failed: false, startedAt: time.now - 10, endedAt: time.now });
        }
        await pass(1000);
        await pass(1000);
        const calls = all.map(({ circuit }) =>
          circuit.viewAt(time.now).slices.reduce((sum, slice) => sum + slice.calls, 0),
        );
        expect(calls).toEqual([who.length, who.length, who.length]);
      }),
      { numRuns: 50 },
    );
  });

  it('let one request probe at a time, whatever happens', async () => {
    const step = fc.record({
      who: fc.nat(2),
      what: fc.constantFrom('probe', 'probe', 'probe', 'well', 'badly', 'nothing', 'pass', 'long'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { all, pass } = processes(3);
        for (let failure = 0; failure < 3; failure++) all[0]?.call(true);
        await pass(1000);
        const probing = new Set<Process>();
        for (const { who, what } of steps) {
          takeStep(all[who] as Process, what, probing);
          expect(probing.size).toBeLessThanOrEqual(1);
          // Whoever probes holds on to its right as long as it takes.
          await pass(what === 'long' ? 3000 : what === 'pass' ? 700 : 1);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function takeStep(one: Process, what: string, probing: Set<Process>): void {
  if (what === 'probe' && one.state() === 'half-open' && one.probe()) probing.add(one);
  if (!['well', 'badly', 'nothing'].includes(what) || !probing.delete(one)) return;
  if (what !== 'nothing') one.call(what === 'badly');
  one.circuit.endProbe();
}
