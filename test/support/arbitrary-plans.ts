import fc, { type Arbitrary } from 'fast-check';
import { failureClasses } from '../../src/protocol/failure.ts';
import { requestCondition } from './arbitrary-conditions.ts';
import { type Draft, type DraftArbitrary, fixed, joined, maybe, type Names, named } from './arbitrary-names.ts';

export const text = fixed('"a"', '"b"', '"ä ∞"', '""');
/** What requests are divided by. */
export const divisor = fixed('request.id', 'caller.user ?? request.id', 'caller.tier', 'request.class', 'caller.key');
export const salt = maybe('salt', text);

const modelSet: DraftArbitrary = fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }).map((places) => ({ models }) => {
  const members = new Set(places.map((place) => models[place % models.length]));
  return `{ ${[...members].join(', ')} }`;
});
const someModel = named('models');
const where = joined(
  'models where (',
  fixed('model.vision', 'model.region == eu', 'model.level > 1'),
  'or model ==',
  someModel,
  ')',
);
/** `let`s name sets; where there is none, a model. */
const setOrModel: DraftArbitrary = fc.tuple(named('sets', undefined, ''), someModel).map(
  ([set, model]) =>
    (names) =>
      set(names) || model(names),
);
const target = fc.oneof(
  { weight: 3, arbitrary: someModel },
  { weight: 4, arbitrary: modelSet },
  { weight: 1, arbitrary: setOrModel },
  { weight: 1, arbitrary: where },
  { weight: 1, arbitrary: fixed('requested') },
);
/** What a `let` of models stands for. */
export const letModels: DraftArbitrary = fc.oneof(modelSet, where);

export const failures: DraftArbitrary = fc
  .subarray([...failureClasses].slice(0, 9), { minLength: 1 })
  .map((classes) => () => `{ ${classes.join(', ')} }`);
const duration = fixed('250ms', '10s', '1.5m', '1h');

const listed = fc.oneof(
  { weight: 4, arbitrary: target },
  { weight: 1, arbitrary: joined('cheapest of', target) },
  { weight: 1, arbitrary: joined('fastest of', target) },
  { weight: 1, arbitrary: joined('spread of', target, 'on', divisor, salt) },
);
const pick = joined(listed, maybe('timeout', duration), maybe('first token', duration));
const laterPick = joined(
  'then',
  listed,
  maybe('after', failures),
  maybe('timeout', duration),
  maybe('first token', duration),
);

const use: DraftArbitrary = fc.tuple(pick, fc.array(laterPick, { maxLength: 3 })).map(
  ([first, later]) =>
    (names) =>
      ['use', ...[first, ...later].map((draft) => draft(names))].join(' '),
);
const reject = joined('reject', fixed('400', '403', '451', '599'), maybe(text));
export const usePlan: DraftArbitrary = use;
export const rejectPlan: DraftArbitrary = reject;
export const plan: DraftArbitrary = fc.oneof({ weight: 12, arbitrary: use }, { weight: 1, arbitrary: reject });

const backoff = maybe('backoff', fixed('200ms .. 2s', '1s .. 1s'));
/** No class stands in two of them. */
export const retries: DraftArbitrary = joined(
  maybe('retry', fixed('0', '1', '3'), 'on { rate_limited, timeout }', backoff),
  maybe('retry 2 on { server_error }', backoff),
);
export const fallback: DraftArbitrary = joined(
  'fallback on',
  failures,
  maybe('max', fixed('1', '2', '3'), 'attempts'),
  maybe('within', duration),
);
const destination = joined(plan, maybe(retries), maybe(fallback));

/** The `routes` of a file: choices named `r0`, `r1`, … and the branches that a condition may name. */
export interface RoutesDraft {
  readonly routes: readonly string[];
  readonly splits: readonly string[];
  readonly branches: readonly string[];
  readonly write: Draft;
}

const shadow = fixed('', '', '', '', '@mode(shadow)');

const routeDraft = fc.tuple(shadow, requestCondition, destination).map(([note, when, to]) => ({
  branches: [],
  write: (names: Names, name: string) => `${note(names)} route ${name} when ${when(names)} ${to(names)}`,
}));

/** Its first branch is called `b0`, the others go by their number. */
const splitDraft = fc
  .record({
    note: shadow,
    on: joined(divisor, salt),
    when: maybe('when', requestCondition),
    shares: fc.array(fc.tuple(fixed('0%', '5%', '12.34%', '50%'), destination), { minLength: 1, maxLength: 2 }),
    rest: destination,
  })
  .map(({ note, on, when, shares, rest }) => ({
    branches: ['b0', '2'],
    write: (names: Names, name: string) => {
      const lines = shares.map(([share, to], index) => `${share(names)} ${index === 0 ? 'as b0 ' : ''}${to(names)}`);
      return `${note(names)} split ${name} on ${on(names)} ${when(names)} {
    ${lines.join('\n    ')}
    otherwise ${rest(names)}
  }`;
    },
  }));

export const routes: Arbitrary<RoutesDraft> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: routeDraft }, { weight: 1, arbitrary: splitDraft }), { maxLength: 4 }),
    destination,
  )
  .map(([choices, otherwise]) => ({
    routes: choices.map((_, index) => `r${index}`),
    splits: choices.flatMap(({ branches }, index) => (branches.length > 0 ? [`r${index}`] : [])),
    branches: [...new Set(choices.flatMap(({ branches }) => branches))],
    write: (names) =>
      `routes {\n${choices.map(({ write }, index) => `  ${write(names, `r${index}`)}\n`).join('')}  otherwise ${otherwise(names)}\n}`,
  }));
