import type { PolicyProgram, ProgramCounter, ProgramKey } from '../compile/program.ts';
import { writeValue } from '../semantics/read-value.ts';
import { writeDuration, writeMoney, writePercent } from '../syntax/quantities.ts';
import type { Caps, CounterObligation, Decision, GuardObligation, Obligations, PlannedAttempt } from './decision.ts';
import { type FactRow, readBucket, textOf, valueIn } from './evaluate.ts';
import { type Held, type HeldOf, type Holding, heldByAttempt, heldByRequest, nothingHeld } from './holding.ts';
import type { InForce } from './in-force.ts';
import type { Candidate } from './load-plan.ts';
import { putField } from './put-field.ts';
import type { Removals } from './removed.ts';

export const noObligations: Obligations = {
  budgets: [],
  limits: [],
  caps: {},
  cache: null,
  guards: [],
  set: {},
  tags: {},
  mirrors: [],
  notify: [],
};

/** What holds for a request that is refused behind the routes: how it is booked, and who is told. */
export function obligationsOfReject(program: PolicyProgram, holding: Holding, row: FactRow): Obligations {
  if (holding === nothingHeld) return noObligations;
  const { tags, budgets } = holding;
  return { ...noObligations, tags: joinTags(program, tags, row), notify: reachedNotices(budgets, row) };
}

/**
 * What holds for the whole request: every rule that matches adds up, and where two speak of one thing the strictest wins. A limit whose
 * `else` is in force neither holds the request nor counts it.
 */
export function obligationsOf(
  program: PolicyProgram,
  holding: Holding,
  row: FactRow,
  removed: Removals,
  inForce: readonly InForce[],
): Obligations {
  if (holding === nothingHeld) return noObligations;
  const isReleased = (id: string) => inForce.some((found) => found.kind === 'limit' && found.id === id);
  return {
    budgets: heldByRequest(holding.budgets).map(({ id, payload }) => {
      const used = writePercent(Number(row[payload.state ?? -1] ?? 0));
      return { name: id, each: keyed(program, payload.each, row), used };
    }),
    limits: heldByRequest(holding.limits)
      .filter(({ id }) => !isReleased(id))
      .map((held) => counterOf(program, held, row)),
    caps: joinCaps(program, heldByRequest(holding.caps)),
    cache: joinCache(program, holding.caches, row),
    guards: joinGuards(heldByRequest(holding.guards)),
    set: joinSet(program, heldByRequest(holding.sets), row),
    tags: joinTags(program, holding.tags, row),
    mirrors: joinMirrors(program, holding.mirrors, row, removed),
    notify: reachedNotices(holding.budgets, row),
  };
}

/** The models of the plan, each with all that holds for an attempt on it alone. */
export function planAttempts(
  program: Pick<PolicyProgram, 'currency'>,
  holding: Holding,
  plan: readonly Candidate[],
  row: FactRow,
): PlannedAttempt[] {
  const { guards, caps, sets, budgets, limits } = holding;
  const isApart = speakOfModels(guards, caps, sets, budgets, limits);
  return plan.map(({ model, attempt }) =>
    isApart
      ? {
          ...attempt,
          guards: joinGuards(heldByAttempt(guards, model)),
          caps: joinCaps(program, heldByAttempt(caps, model)),
          set: joinSet(program, heldByAttempt(sets, model), row),
          budgets: heldByAttempt(budgets, model).map((held) => counterOf(program, held, row)),
          limits: heldByAttempt(limits, model).map((held) => counterOf(program, held, row)),
        }
      : attempt,
  );
}

function speakOfModels(...lists: readonly (readonly Held<unknown>[])[]): boolean {
  for (const list of lists) for (const { models } of list) if (models !== null) return true;
  return false;
}

function counterOf(
  program: Pick<PolicyProgram, 'currency'>,
  { id, payload }: Held<ProgramCounter>,
  row: FactRow,
): CounterObligation {
  return { name: id, each: keyed(program, payload.each, row) };
}

function keyed(
  program: Pick<PolicyProgram, 'currency'>,
  keys: readonly ProgramKey[],
  row: FactRow,
): Record<string, string> {
  const record: Record<string, string> = {};
  for (const { name, value } of keys) putField(record, name, textOf(program, value, row));
  return record;
}

function joinCaps({ currency }: Pick<PolicyProgram, 'currency'>, held: readonly HeldOf<'caps'>[]): Caps {
  if (held.length === 0) return noObligations.caps;
  const least: { [subject: string]: number } = {};
  for (const { payload } of held) {
    const { subject, amount } = payload;
    least[subject] = Math.min(least[subject] ?? amount, amount);
  }
  const { output, cost, time } = least;
  return {
    ...(output !== undefined && { output }),
    ...(cost !== undefined && { cost: writeMoney(cost, currency) }),
    ...(time !== undefined && { time: writeDuration(time) }),
  };
}

/** `off` absorbs; `exact` beats `semantic`; the shortest ttl, the highest `above`, all scopes together. */
export function joinCache(
  program: Pick<PolicyProgram, 'currency'>,
  caches: readonly HeldOf<'caches'>[],
  row: FactRow,
): Decision['obligations']['cache'] {
  const held = heldByRequest(caches).map(({ payload }) => payload);
  if (held.length === 0 || held.some(({ mode }) => mode === 'off')) return null;
  const mode = held.some((cache) => cache.mode === 'exact') ? 'exact' : 'semantic';
  const ttl = Math.min(...held.map(({ ttlMs }) => ttlMs ?? Number.MAX_SAFE_INTEGER));
  const above = Math.max(...held.map((cache) => cache.above ?? 0));
  const scope = keyed(
    program,
    held.flatMap((cache) => cache.scope),
    row,
  );
  return { mode, ttl: writeDuration(ttl), ...(mode === 'semantic' && { above: writePercent(above) }), scope };
}

const actions = ['observe', 'redact', 'block'] as const;

/** One entry for each detector and point, in the order in which they are first written. */
function joinGuards(held: readonly HeldOf<'guards'>[]): readonly GuardObligation[] {
  if (held.length === 0) return noObligations.guards;
  const joined = new Map<string, GuardObligation>();
  for (const { payload } of held) {
    for (const on of payload.points) {
      const key = `${payload.guard} ${on}`;
      const before = joined.get(key);
      const stream = on === 'input' ? null : strictestStream(before?.stream ?? null, payload.stream);
      const action =
        actions[Math.max(actions.indexOf(payload.action), before ? actions.indexOf(before.action) : 0)] ?? 'block';
      joined.set(key, { name: payload.guard, on, action, stream });
    }
  }
  return [...joined.values()];
}

/** observe < window, the larger < buffer. */
function strictestStream(
  first: GuardObligation['stream'],
  second: NonNullable<GuardObligation['stream']>,
): GuardObligation['stream'] {
  const rank = (stream: GuardObligation['stream']) =>
    stream === null
      ? -1
      : stream === 'observe'
        ? 0
        : stream === 'buffer'
          ? Number.POSITIVE_INFINITY
          : stream.windowBytes;
  return rank(first) >= rank(second) ? first : second;
}

function joinSet(
  program: Pick<PolicyProgram, 'currency'>,
  held: readonly HeldOf<'sets'>[],
  row: FactRow,
): Obligations['set'] {
  if (held.length === 0) return noObligations.set;
  const record: Record<string, string | number> = {};
  for (const { payload } of held) {
    const { parameter, value } = payload;
    const found = value === 'off' ? value : valueIn(value, row);
    if (found === undefined) continue;
    const written = value === 'off' ? value : writeValue(value.type, found, program.currency);
    putField(record, parameter, typeof written === 'number' ? written : String(written));
  }
  return record;
}

function joinTags(program: PolicyProgram, tags: readonly HeldOf<'tags'>[], row: FactRow): Obligations['tags'] {
  if (tags.length === 0) return noObligations.tags;
  const record: Record<string, string> = {};
  for (const { payload } of heldByRequest(tags)) putField(record, payload.tag, textOf(program, payload.value, row));
  return record;
}

/** Each sent for its share of the keys, and never to a model that is denied. */
function joinMirrors(
  program: PolicyProgram,
  mirrors: readonly HeldOf<'mirrors'>[],
  row: FactRow,
  { isDenied }: Removals,
): Obligations['mirrors'] {
  if (mirrors.length === 0) return noObligations.mirrors;
  return heldByRequest(mirrors).flatMap(({ payload }) => {
    const name = program.models[payload.model]?.name;
    const sent = !isDenied(payload.model) && readBucket(program, payload.bucket, row) < payload.share;
    return sent && name !== undefined ? [{ model: name }] : [];
  });
}

/** Every notice whose threshold is reached; each is sent once per window. */
function reachedNotices(budgets: readonly HeldOf<'budgets'>[], row: FactRow): Obligations['notify'] {
  const reached: Obligations['notify'][number][] = [];
  for (const { id, payload } of heldByRequest(budgets)) {
    const used = Number(row[payload.state ?? -1] ?? 0);
    for (const { at, effect } of payload.thresholds) {
      if (effect.kind !== 'notify' || used < at) continue;
      reached.push({ channel: effect.channel, budget: id, at: writePercent(at) });
    }
  }
  return reached;
}
