import fc, { type Arbitrary } from 'fast-check';
import { attemptCondition, modelCondition, requestCondition, takenCondition } from './arbitrary-conditions.ts';
import { type DraftArbitrary, fixed, joined, maybe, type Names, named } from './arbitrary-names.ts';
import { divisor, plan, rejectPlan, salt, text, usePlan } from './arbitrary-plans.ts';

/** A rule of stage 1 or 3. Its place gives it its name. */
export interface ItemDraft {
  readonly counter: 'budget' | 'limit' | null;
  /** It is charged by attempts. */
  readonly perAttempt: boolean;
  readonly shadow: boolean;
  readonly isMirror: boolean;
  /** The text behind its notes, for its name and the names around it. */
  readonly write: (names: Names, name: string) => string;
}

type ItemArbitrary = Arbitrary<ItemDraft>;

interface Kind {
  readonly counter?: ItemDraft['counter'];
  readonly perAttempt?: boolean;
  readonly isMirror?: boolean;
}

/** A keyword, the name where the kind has one, and the rest. */
const item = (rest: DraftArbitrary, kind: Kind = {}): ItemArbitrary =>
  fc.tuple(rest, fc.integer({ min: 0, max: 5 })).map(([draft, mode]) => ({
    counter: null,
    perAttempt: false,
    isMirror: false,
    ...kind,
    shadow: mode === 5,
    write: (names, name) => {
      const written = draft(names);
      return kind.counter ? `${kind.counter} ${name} ${written}` : written;
    },
  }));

const because = maybe('because', text);
/** Narrow, since what stands behind a refusal is not seen. */
const narrow = (condition: DraftArbitrary) => joined(condition, 'and', requestCondition);
const denyModel = item(joined('deny model when', fc.oneof(modelCondition, narrow(modelCondition)), because));
const denyRequest = item(joined('deny request when', narrow(requestCondition), because));
const require = item(joined('require', requestCondition, 'when', narrow(requestCondition), 'else', rejectPlan));

const money = fixed('$5', '$0.001', 'caller.allowance ?? $1');
const window = fixed('per second', 'per min', 'per day', 'per month', 'per ever', 'per 90s');
const each = fc.oneof(
  fixed('', '', 'for each caller.key', 'for each caller.tier, request.class', 'for each request.stream'),
  fc.constant((names: Names) => (names.teamIsKnown ? 'for each caller.team' : '')),
);
const notify = joined('notify', fixed('spend', 'second'));

/** Rising, each percentage once; what is spent always ends somewhere. */
const thresholds: DraftArbitrary = fc
  .array(fc.tuple(fc.constantFrom(50, 0, 80, 99, 100, 120), fc.oneof(notify, plan, usePlan)), { maxLength: 4 })
  .map((lines) => (names) => {
    const rising = new Map([...lines].sort(([one], [other]) => one - other));
    const written = [...rising].map(([at, effect]) => [at, effect(names)] as const);
    const isUse = written.some(([at, effect]) => at >= 100 && effect.startsWith('use'));
    return [...written, ...(isUse ? [[150, 'reject 402 "spent"']] : [])]
      .map(([at, effect]) => `\n  at ${at}% ${effect}`)
      .join('');
  });

const perModel = fixed('for each model', 'for each model.provider', 'for each caller.key, model.region');
const notices = maybe('at 80%', notify);
const amount = fixed('60 req', '200k tok', '1k input tok', '100k output tok');
const otherwise = fc.oneof(
  { weight: 3, arbitrary: joined('else', usePlan) },
  { weight: 1, arbitrary: maybe('else', rejectPlan) },
);
const limited = fc.oneof(
  joined(fixed('60 req'), window, maybe('burst 20 req')),
  joined(amount, window),
  fixed('10 concurrent'),
);

const budget = fc.oneof(
  {
    weight: 3,
    arbitrary: item(joined(money, window, each, maybe('when', requestCondition), thresholds), { counter: 'budget' }),
  },
  {
    weight: 1,
    arbitrary: item(
      fc.oneof(
        joined(money, window, perModel, maybe('when', modelCondition), notices),
        joined(money, window, 'when', attemptCondition),
      ),
      { counter: 'budget', perAttempt: true },
    ),
  },
);
const limit = fc.oneof(
  {
    weight: 3,
    arbitrary: item(joined(limited, each, maybe('when', requestCondition), otherwise), { counter: 'limit' }),
  },
  {
    weight: 1,
    arbitrary: item(
      fc.oneof(joined(limited, perModel, maybe('when', modelCondition)), joined(limited, 'when', attemptCondition)),
      { counter: 'limit', perAttempt: true },
    ),
  },
);

const tokens = fixed('1 tok', '999 tok', '1k tok', '4k tok');
const whenTaken = maybe('when', takenCondition);
/** Whether it holds for the request or for attempts is decided by what its condition reads. */
const whenAny = fc.oneof(
  { weight: 3, arbitrary: whenTaken },
  { weight: 1, arbitrary: joined('when', attemptCondition) },
);
const cap = fc.oneof(
  item(joined('cap output', tokens, whenAny)),
  item(joined('cap input', fixed('999 tok', '1k tok', '4k tok'), whenTaken)),
  item(joined('cap cost', fixed('$0.25', '$1'), whenAny)),
  item(joined('cap time', fixed('250ms', '30s', '1m'), whenTaken)),
);

const scope = maybe('scope', fixed('everyone', 'caller.key', 'caller.tier, request.class', 'request.id'));
const cache = item(
  fc.oneof(
    { weight: 1, arbitrary: joined('cache off', whenTaken) },
    { weight: 3, arbitrary: joined('cache exact ttl', fixed('1h', '90s'), scope, whenTaken) },
    {
      weight: 3,
      arbitrary: joined('cache semantic above', fixed('90%', '95.5%'), 'ttl', fixed('1h', '5s'), scope, whenTaken),
    },
  ),
);

const detector = fixed('pii', 'secrets', 'words');
const stream = maybe('stream', fixed('buffer', 'window 1kB', 'window 64B'));
const guard = item(
  fc.oneof(
    joined('guard', detector, 'on input then', fixed('block', 'redact', 'observe'), whenAny),
    joined('guard', detector, 'on', fixed('output', 'both'), 'then', fixed('block', 'redact'), stream, whenTaken),
    joined(
      'guard',
      detector,
      'on',
      fixed('output', 'both'),
      'then observe',
      fc.oneof(stream, fixed('stream observe')),
      whenTaken,
    ),
  ),
);

/** Each parameter and each tag has one value in all of a policy, so that no two rules differ. */
const set = item(
  joined(
    fixed(
      'set temperature = 0.5',
      'set max_output_tokens = 1k tok',
      'set tools = off',
      'set system = "be brief"',
      'set service_tier = caller.user ?? "none"',
      'set reasoning_effort = request.reasoning_effort ?? low',
    ),
    whenAny,
  ),
);
const tag = item(
  joined(
    fixed(
      'tag tier = caller.tier',
      'tag team = caller.team ?? "none"',
      'tag `__proto__` = request.difficulty ?? 0.5',
      'tag tokens = request.input_tokens',
      'tag allowance = caller.allowance ?? $1',
      'tag wait = request.deadline ?? 90s',
      'tag share = request.discount ?? 2.5%',
      'tag stream = request.stream',
    ),
    whenTaken,
  ),
);
const mirror = item(
  joined('mirror', fixed('0%', '5%', '50%', '100%'), 'on', divisor, salt, 'to', named('models'), whenTaken),
  {
    isMirror: true,
  },
);

export const arbitraryItem: ItemArbitrary = fc.oneof(
  { weight: 4, arbitrary: denyModel },
  { weight: 1, arbitrary: denyRequest },
  { weight: 1, arbitrary: require },
  { weight: 8, arbitrary: budget },
  { weight: 8, arbitrary: limit },
  { weight: 6, arbitrary: cap },
  { weight: 5, arbitrary: cache },
  { weight: 6, arbitrary: guard },
  { weight: 5, arbitrary: set },
  { weight: 4, arbitrary: tag },
  { weight: 5, arbitrary: mirror },
);

/** A rule that law 4 speaks of: adding it may only tighten. */
export const tighteningItem: ItemArbitrary = fc.oneof(denyModel, denyRequest, require, budget, limit, cap, guard);
