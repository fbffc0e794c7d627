import type { CircuitSettings } from '../config/config.ts';

/** What is known of one upstream's health. Plain JSON: it travels between processes. Instants are milliseconds since 1970. */
export interface Circuit {
  /** Failures one after the other, up to now. */
  readonly run: number;
  /** Calls of the window, oldest first. */
  readonly slices: readonly Slice[];
  /** Null while it is closed: calls are made as usual. */
  readonly opening: Opening | null;
  /** What a call that succeeds takes, the latest counting most; null until one has. */
  readonly latencyMs: number | null;
}

interface Slice {
  readonly at: number;
  readonly calls: number;
  readonly failed: number;
}

export interface Opening {
  readonly at: number;
  /** From then on one call may try whether it is well again. */
  readonly until: number;
  /** How often it was opened, one after the other. */
  readonly times: number;
  /** Who may try, and until when nobody else. */
  readonly probe: { readonly by: string; readonly until: number } | null;
}

/** A call that has ended in a way that speaks of the upstream's health. */
export interface HealthCall {
  readonly failed: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
}

export type CircuitState = 'closed' | 'open' | 'half-open';

export const healthyCircuit: Circuit = { run: 0, slices: [], opening: null, latencyMs: null };

/** A window is counted in so many parts. */
const parts = 10;

export function stateOf({ opening }: Circuit, now: number, { longestRestMs }: CircuitSettings): CircuitState {
  if (opening === null) return 'closed';
  // An end that lies further away than any comes of a clock that was set back.
  return now < opening.until && opening.until - now <= longestRestMs ? 'open' : 'half-open';
}

/** What is known after one more call. */
export function afterCall(circuit: Circuit, call: HealthCall, settings: CircuitSettings): Circuit {
  const { opening } = circuit;
  const { failed, startedAt, endedAt: now } = call;
  if (opening === null) {
    const counted = afterCalls(circuit, tallyOf(call), now, settings);
    // A success opens nothing, even where only it makes the calls enough.
    return failed && isTripped(counted, settings)
      ? { ...counted, slices: [], opening: opened(now, 1, settings) }
      : counted;
  }
  // What began before it was opened says nothing about the time since.
  if (startedAt < opening.at) return circuit;
  if (!failed) return afterCalls({ ...healthyCircuit, latencyMs: circuit.latencyMs }, tallyOf(call), now, settings);
  return startedAt < opening.until ? circuit : { ...circuit, opening: opened(now, opening.times + 1, settings) };
}

function opened(at: number, times: number, { restMs, longestRestMs }: CircuitSettings): Opening {
  return { at, until: at + Math.min(longestRestMs, restMs * 2 ** Math.min(times - 1, 30)), times, probe: null };
}

function isTripped({ run, slices }: Circuit, settings: CircuitSettings): boolean {
  if (run >= settings.failures) return true;
  const calls = slices.reduce((sum, slice) => sum + slice.calls, 0);
  const failed = slices.reduce((sum, slice) => sum + slice.failed, 0);
  return calls >= settings.calls && failed * 10_000 >= settings.errorRate * calls;
}

/** Calls of one process since it last told the others. */
export interface CallTally {
  readonly calls: number;
  readonly failed: number;
  /** Failures after the last success. */
  readonly run: number;
  /** Of the calls that succeeded. */
  readonly totalMs: number;
}

export const noCalls: CallTally = { calls: 0, failed: 0, run: 0, totalMs: 0 };

export function tallyOf({ failed, startedAt, endedAt }: HealthCall): CallTally {
  return failed
    ? { calls: 1, failed: 1, run: 1, totalMs: 0 }
    : { calls: 1, failed: 0, run: 0, totalMs: Math.max(0, endedAt - startedAt) };
}

/** Adds what was counted, as if it were counted here; whether it opens is not asked. */
export function afterCalls(circuit: Circuit, tally: CallTally, now: number, settings: CircuitSettings): Circuit {
  if (tally.calls === 0) return circuit;
  const succeeded = tally.calls - tally.failed;
  return {
    ...circuit,
    run: succeeded > 0 ? tally.run : circuit.run + tally.run,
    slices: addedTo(circuit.slices, tally, now, settings.windowMs),
    latencyMs: succeeded > 0 ? smoothed(circuit.latencyMs, tally.totalMs / succeeded, succeeded) : circuit.latencyMs,
  };
}

function addedTo(slices: readonly Slice[], { calls, failed }: CallTally, now: number, windowMs: number) {
  const length = Math.max(1, Math.floor(windowMs / parts));
  const at = Math.floor(now / length) * length;
  const kept = slices.filter((slice) => slice.at > now - windowMs && slice.at < at);
  const here = slices.find((slice) => slice.at === at) ?? { at, calls: 0, failed: 0 };
  return [...kept, { at, calls: here.calls + calls, failed: here.failed + failed }];
}

/** How much of the latency one call makes up. */
const weight = 0.2;

function smoothed(before: number | null, mean: number, calls: number): number {
  if (before === null) return mean;
  return before + (mean - before) * (1 - (1 - weight) ** calls);
}

export function joinTallies(first: CallTally, then: CallTally): CallTally {
  return {
    calls: first.calls + then.calls,
    failed: first.failed + then.failed,
    run: then.calls > then.failed ? then.run : first.run + then.run,
    totalMs: first.totalMs + then.totalMs,
  };
}
