import type {
  PolicyProgram,
  ProgramCounter,
  ProgramKey,
  ProgramOperand,
  ProgramRule,
  RuleCase,
} from '../compile/program.ts';
import { writeValue } from '../semantics/read-value.ts';
import { writeDuration, writeMoney, writePercent } from '../syntax/quantities.ts';
import type { Caps, CounterObligation, Decision, GuardObligation, Obligations, PlannedAttempt } from './decision.ts';
import { evaluate, type FactRow, readBucket, textOf, valueIn } from './evaluate.ts';
import type { Candidate } from './plan.ts';

/** A rule that holds, with what it says where it holds. */
export interface Held<Payload> {
  readonly rule: ProgramRule<Payload>;
  readonly payload: Payload;
}

/** The rules of a list that hold for the request. */
export function heldByRequest<Payload>(
  rules: readonly ProgramRule<Payload>[],
  row: FactRow,
  shadow = false,
): Held<Payload>[] {
  return rules.flatMap((rule) => {
    const [only] = rule.cases;
    const holds = !rule.perAttempt && rule.shadow === shadow && only !== undefined && evaluate(only.when, row);
    return holds ? [{ rule, payload: only.payload }] : [];
  });
}

/** The rules of a list that hold for an attempt on a model. */
export function heldByAttempt<Payload>(
  rules: readonly ProgramRule<Payload>[],
  row: FactRow,
  model: number,
  shadow = false,
): Held<Payload>[] {
  const speaksOf = ({ models, when }: RuleCase<Payload>) => models?.includes(model) === true && evaluate(when, row);
  return rules.flatMap((rule) => {
    const found = rule.perAttempt && rule.shadow === shadow ? rule.cases.find(speaksOf) : undefined;
    return found ? [{ rule, payload: found.payload }] : [];
  });
}

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
export function obligationsOfReject(program: PolicyProgram, row: FactRow): Obligations {
  return { ...noObligations, tags: joinTags(program, row), notify: reachedNotices(program, row) };
}

/** What holds for the whole request: every rule that matches adds up, and where two speak of one thing the strictest wins. */
export function obligationsOf(
  program: PolicyProgram,
  row: FactRow,
  denied: ReadonlySet<number>,
  released: ReadonlySet<string>,
): Obligations {
  const limits = heldByRequest(program.limits, row).filter(({ rule }) => !released.has(rule.id));
  return {
    budgets: heldByRequest(program.budgets, row).map((held) => ({
      ...counterOf(program, held, row),
      used: writePercent(Number(row[held.payload.state ?? -1] ?? 0)),
    })),
    limits: limits.map((held) => counterOf(program, held, row)),
    caps: joinCaps(program, heldByRequest(program.caps, row)),
    cache: joinCache(program, row),
    guards: joinGuards(heldByRequest(program.guards, row)),
    set: joinSet(program, heldByRequest(program.sets, row), row),
    tags: joinTags(program, row),
    mirrors: heldByRequest(program.mirrors, row).flatMap(({ payload }) => {
      const name = program.models[payload.model]?.name;
      const sent = !denied.has(payload.model) && readBucket(program, payload.bucket, row) < payload.share;
      return sent && name !== undefined ? [{ model: name }] : [];
    }),
    notify: reachedNotices(program, row),
  };
}

/** A model of the plan, with all that holds for an attempt on it alone. */
export function planAttempt(program: PolicyProgram, { model, pick }: Candidate, row: FactRow): PlannedAttempt[] {
  const found = program.models[model];
  if (!found) return [];
  return [
    {
      model: found.name,
      provider: found.provider,
      upstream: found.upstream,
      timeoutMs: pick.timeoutMs,
      firstTokenTimeoutMs: pick.firstTokenMs,
      after: pick.after,
      guards: joinGuards(heldByAttempt(program.guards, row, model)),
      caps: joinCaps(program, heldByAttempt(program.caps, row, model)),
      set: joinSet(program, heldByAttempt(program.sets, row, model), row),
      budgets: heldByAttempt(program.budgets, row, model).map((held) => counterOf(program, held, row)),
      limits: heldByAttempt(program.limits, row, model).map((held) => counterOf(program, held, row)),
    },
  ];
}

function counterOf(program: PolicyProgram, { rule, payload }: Held<ProgramCounter>, row: FactRow): CounterObligation {
  return { name: rule.id, each: keyed(program, payload.each, row) };
}

function keyed(program: PolicyProgram, keys: readonly ProgramKey[], row: FactRow): Record<string, string> {
  return Object.fromEntries(keys.map(({ name, value }) => [name, textOf(program, value, row)]));
}

function joinCaps(
  { currency }: PolicyProgram,
  held: readonly Held<PolicyProgram['caps'][number]['cases'][number]['payload']>[],
): Caps {
  const least = (subject: string) => {
    const amounts = held.filter(({ payload }) => payload.subject === subject).map(({ payload }) => payload.amount);
    return amounts.length === 0 ? undefined : Math.min(...amounts);
  };
  const [output, cost, time] = [least('output'), least('cost'), least('time')];
  return {
    ...(output !== undefined && { output }),
    ...(cost !== undefined && { cost: writeMoney(cost, currency) }),
    ...(time !== undefined && { time: writeDuration(time) }),
  };
}

/** `off` absorbs; `exact` beats `semantic`; the shortest ttl, the highest `above`, all scopes together. */
function joinCache(program: PolicyProgram, row: FactRow): Decision['obligations']['cache'] {
  const held = heldByRequest(program.caches, row).map(({ payload }) => payload);
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
function joinGuards(
  held: readonly Held<PolicyProgram['guards'][number]['cases'][number]['payload']>[],
): GuardObligation[] {
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

type SetPayload = { readonly parameter: string; readonly value: ProgramOperand | 'off' };

function joinSet(
  program: PolicyProgram,
  held: readonly Held<SetPayload>[],
  row: FactRow,
): Record<string, string | number> {
  const entries = held.flatMap(({ payload: { parameter, value } }) => {
    if (value === 'off') return [[parameter, 'off'] as const];
    const found = valueIn(value, row);
    if (found === undefined) return [];
    const written = writeValue(value.type, found, program.currency);
    return [[parameter, typeof written === 'number' ? written : String(written)] as const];
  });
  return Object.fromEntries(entries);
}

function joinTags(program: PolicyProgram, row: FactRow): Record<string, string> {
  return Object.fromEntries(
    heldByRequest(program.tags, row).map(({ payload }) => [payload.tag, textOf(program, payload.value, row)]),
  );
}

/** Every notice whose threshold is reached; each is sent once per window. */
function reachedNotices(program: PolicyProgram, row: FactRow): Obligations['notify'] {
  return heldByRequest(program.budgets, row).flatMap(({ rule, payload }) => {
    const used = Number(row[payload.state ?? -1] ?? 0);
    return payload.thresholds.flatMap(({ at, effect }) =>
      effect.kind === 'notify' && used >= at
        ? [{ channel: effect.channel, budget: rule.id, at: writePercent(at) }]
        : [],
    );
  });
}
