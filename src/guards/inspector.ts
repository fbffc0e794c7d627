import type { GuardConfig } from '../config/guard-config.ts';
import { createDetector } from './create-detector.ts';
import { detect, detectTogether } from './detect.ts';
import { createDetectPool, type PoolLimits } from './detect-pool.ts';
import type { Finding, Guard, Outside, Place, PlacedText } from './guard.ts';
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
  /** Each of several texts, in as few questions as whom the guard asks allows. */
  inspectAll(guard: Guard, texts: readonly PlacedText[], request: RequestSurroundings): Promise<readonly Inspected[]>;
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

/** What comes of it within the guard's time, as long as the caller stays. */
async function inTime<Outcome>(
  { config }: Guard,
  request: RequestSurroundings,
  inspect: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome | { readonly kind: 'failed' }> {
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), config.timeoutMs);
  const signal = AbortSignal.any([timer.signal, request.signal]);
  const aborted = whenAborted(signal);
  try {
    return await Promise.race([inspect(signal), aborted.promise]);
  } catch {
    return { kind: 'failed' };
  } finally {
    clearTimeout(timeout);
    aborted.forget();
  }
}

function inParts<Item>(items: readonly Item[], most: number): readonly (readonly Item[])[] {
  const parts: (readonly Item[])[] = [];
  for (let from = 0; from < items.length; from += most) parts.push(items.slice(from, from + most));
  return parts;
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
    return inTime(guard, request, async (signal) => {
      const finding = isOff
        ? pool.detect({ guard: config.name, text, place }, signal)
        : detect(detector, text, place, { outside: request.outside, signal });
      return { kind: 'findings', findings: await finding } as const;
    });
  }

  async function inspectAll(guard: Guard, texts: readonly PlacedText[], request: RequestSurroundings) {
    const { detector } = guard;
    const most = detector.together?.most;
    if (most === undefined) return Promise.all(texts.map(({ text, place }) => inspect(guard, text, place, request)));
    const outcomes = inParts(texts, most).map(async (part): Promise<readonly Inspected[]> => {
      const outcome = await inTime(guard, request, async (signal) => {
        return {
          kind: 'all',
          all: await detectTogether(detector, part, { outside: request.outside, signal }),
        } as const;
      });
      if (outcome.kind === 'failed') return part.map(() => outcome);
      return outcome.all.map((findings) => ({ kind: 'findings', findings }));
    });
    return (await Promise.all(outcomes)).flat();
  }

  return { guards, inspect, inspectAll, close: () => pool.close() };
}
