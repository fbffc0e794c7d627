import type { GuardConfig } from '../config/guard-config.ts';
import { createDetector } from './create-detector.ts';
import { detect } from './detect.ts';
import { createDetectPool, type PoolLimits } from './detect-pool.ts';
import type { Finding, Guard, Outside, Place } from './guard.ts';
import { isLong } from './long-text.ts';

/** `failed` where the guard could not tell; why is not told further, as a reason could quote the text. */
export type Inspected =
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }
  | { readonly kind: 'failed' };

/** What one request lends its guards. */
export interface RequestSurroundings {
  readonly outside: Outside;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** There is so much text that all of it goes off the serving thread. */
  readonly isLong?: boolean;
}

/** Every guard that the config declares. */
export interface Inspector {
  readonly guards: ReadonlyMap<string, Guard>;
  /** Never rejects, and settles within the guard's time. */
  inspect(guard: Guard, text: string, place: Place, request: RequestSurroundings): Promise<Inspected>;
  close(): Promise<void>;
}

const usualLimits: PoolLimits = { threads: 1, maxUnits: 64_000_000 };

/** Rejects with the signal, for those who do not heed it themselves. */
function whenAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  let onAbort: () => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Error('the guard took too long'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
  });
  promise.catch(() => undefined);
  return { promise, forget: () => signal.removeEventListener('abort', onAbort) };
}

async function inspectHere(
  { detector }: Guard,
  text: string,
  place: Place,
  { outside, signal }: RequestSurroundings,
): Promise<Inspected> {
  if (signal.aborted) return { kind: 'failed' };
  try {
    return { kind: 'findings', findings: await detect(detector, text, place, { outside, signal }) };
  } catch {
    return { kind: 'failed' };
  }
}

/** Makes the guards ready. It throws where one cannot be: a JSON Schema that is none. */
export function createInspector(configs: Iterable<GuardConfig>, limits: PoolLimits = usualLimits): Inspector {
  const guards = new Map([...configs].map((config) => [config.name, { config, detector: createDetector(config) }]));
  const pure = [...guards.values()].filter(({ detector }) => detector.pure).map(({ config }) => config);
  const pool = createDetectPool(pure, limits);

  async function inspect(guard: Guard, text: string, place: Place, request: RequestSurroundings): Promise<Inspected> {
    const { detector, config } = guard;
    const isOff = detector.pure && (request.isLong === true || isLong(text) || detector.isHeavy?.(text) === true);
    // What computes here cannot be interrupted: there is nothing to wait for.
    if (detector.pure && !isOff) return inspectHere(guard, text, place, request);
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), guard.config.timeoutMs);
    const signal = AbortSignal.any([timer.signal, request.signal]);
    const aborted = whenAborted(signal);
    try {
      const finding = isOff
        ? pool.detect({ guard: config.name, text, place }, signal)
        : detect(detector, text, place, { outside: request.outside, signal });
      return { kind: 'findings', findings: await Promise.race([finding, aborted.promise]) };
    } catch {
      return { kind: 'failed' };
    } finally {
      clearTimeout(timeout);
      aborted.forget();
    }
  }

  return { guards, inspect, close: () => pool.close() };
}
