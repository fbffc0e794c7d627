import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterCall,
  afterCalls,
  type CallTally,
  type Circuit,
  type HealthCall,
  healthyCircuit,
  joinTallies,
  noCalls,
  stateOf,
  tallyOf,
} from '../../src/gateway/circuit.ts';
import { readCircuit } from '../../src/gateway/read-circuit.ts';

const settings = { failures: 5, errorRate: 5000, calls: 10, windowMs: 10_000, restMs: 1000, longestRestMs: 6000 };
const start = 1_700_000_000_000;
const call = (failed: boolean, at: number, took = 10): HealthCall => ({ failed, startedAt: at - took, endedAt: at });
const following = (calls: readonly HealthCall[], from = healthyCircuit) =>
  calls.reduce<Circuit>((circuit, each) => afterCall(circuit, each, settings), from);
const failures = (count: number, at = start) => Array.from({ length: count }, (_, index) => call(true, at + index));

/** Calls one after the other, with pauses between them. */
const calls = fc
  .array(
    fc.record({
      failed: fc.boolean(),
      pause: fc.integer({ min: 0, max: 3000 }),
      took: fc.integer({ max: 500, min: 0 }),
    }),
    {
      maxLength: 60,
    },
  )
  .map((steps) => {
    let now = start;
    return steps.map(({ failed, pause, took }) => {
      now += pause;
      return call(failed, now, took);
    });
  });
const isClosed = (circuit: Circuit) => circuit.opening === null;

describe('a circuit', () => {
  it('opens at so many failures in a row, and not before', () => {
    expect(isClosed(following(failures(4)))).toBe(true);
    expect(stateOf(following(failures(5)), start + 5, settings)).toBe('open');
    expect(isClosed(following([...failures(4), call(false, start + 4), ...failures(4, start + 5)]))).toBe(true);
  });

  it('opens at such a share of the calls of its window, once there are enough', () => {
    const mixed = (count: number) => Array.from({ length: count }, (_, index) => call(index % 2 === 1, start + index));
    expect(isClosed(following(mixed(9)))).toBe(true);
    expect(isClosed(following(mixed(10)))).toBe(false);
    const slow = Array.from({ length: 40 }, (_, index) => call(index % 2 === 1, start + index * 2000));
    expect(isClosed(following(slow))).toBe(true);
  });

  it('lets somebody try after its rest, closes when that goes well, and rests twice as long when it does not', () => {
    let circuit = following(failures(5));
    for (const rest of [1000, 2000, 4000, 6000, 6000]) {
      const at = circuit.opening?.at ?? 0;
      expect(stateOf(circuit, at + rest - 1, settings)).toBe('open');
      expect(stateOf(circuit, at + rest, settings)).toBe('half-open');
      circuit = afterCall(circuit, { failed: true, startedAt: at + rest, endedAt: at + rest + 50 }, settings);
    }
    const until = circuit.opening?.until ?? 0;
    circuit = afterCall(circuit, { failed: false, startedAt: until, endedAt: until + 50 }, settings);
    expect(circuit).toMatchObject({ opening: null, run: 0, latencyMs: 50 });
    expect(isClosed(following(failures(4, until + 60), circuit))).toBe(true);
  });

  it('is not moved by calls that began before it opened, nor by failures before its rest is over', () => {
    const circuit = following(failures(5));
    const at = circuit.opening?.at ?? 0;
    expect(afterCall(circuit, { failed: false, startedAt: at - 1, endedAt: at + 20 }, settings)).toBe(circuit);
    expect(afterCall(circuit, { failed: true, startedAt: at + 1, endedAt: at + 20 }, settings)).toBe(circuit);
  });

  it('does not rest for ever when a clock is set back', () => {
    expect(stateOf(following(failures(5)), start - 60_000, settings)).toBe('half-open');
  });

  it('never opens without as many failures as it takes, and never rests longer than it may', () => {
    fc.assert(
      fc.property(calls, (steps) => {
        const circuit = following(steps);
        const failed = steps.filter((each) => each.failed).length;
        if (circuit.opening === null) return true;
        return failed >= 5 && circuit.opening.until - circuit.opening.at <= settings.longestRestMs;
      }),
    );
  });

  it('is always open after so many failures in a row, and always closed after a success that it began itself', () => {
    fc.assert(
      fc.property(calls, fc.boolean(), (steps, well) => {
        const circuit = following(steps);
        const now = Math.max(start, circuit.opening?.until ?? 0, steps.at(-1)?.endedAt ?? 0) + 1;
        return well
          ? isClosed(afterCall(circuit, { failed: false, startedAt: now, endedAt: now + 1 }, settings))
          : !isClosed(following(failures(5, now + 10_000_000), circuit));
      }),
    );
  });

  it('counts what is told in parts as it counts it call by call', () => {
    fc.assert(
      fc.property(calls, fc.nat(60), (steps, cut) => {
        const sum = (some: readonly HealthCall[]) => some.map(tallyOf).reduce<CallTally>(joinTallies, noCalls);
        const whole = sum(steps);
        expect(joinTallies(sum(steps.slice(0, cut)), sum(steps.slice(cut)))).toEqual(whole);
        const now = steps.at(-1)?.endedAt ?? start;
        const never = { ...settings, failures: 1000, calls: 1000, windowMs: 10_000_000 };
        const stepwise = steps.reduce<Circuit>((circuit, each) => afterCall(circuit, each, never), healthyCircuit);
        const atOnce = afterCalls(healthyCircuit, whole, now, never);
        const total = ({ slices }: Circuit) => slices.reduce((all, { calls: some }) => all + some, 0);
        expect([atOnce.run, total(atOnce)]).toEqual([stepwise.run, total(stepwise)]);
      }),
    );
  });

  it('keeps a latency between the shortest and the longest call that succeeded', () => {
    fc.assert(
      fc.property(calls, (steps) => {
        const took = steps.filter(({ failed }) => !failed).map(({ startedAt, endedAt }) => endedAt - startedAt);
        const { latencyMs } = steps.reduce<Circuit>(
          (circuit, each) => afterCall(circuit, each, { ...settings, failures: 1000, calls: 1000 }),
          healthyCircuit,
        );
        if (latencyMs === null) return took.length === 0;
        return latencyMs >= Math.min(...took) - 1e-6 && latencyMs <= Math.max(...took) + 1e-6;
      }),
    );
  });

  it('is read as it was written, and what another version wrote is not', () => {
    fc.assert(
      fc.property(calls, (steps) => {
        const circuit = following(steps);
        expect(readCircuit(JSON.stringify(circuit))).toEqual(circuit);
      }),
    );
    expect([readCircuit('{'), readCircuit('{"run":1}'), readCircuit('null')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
