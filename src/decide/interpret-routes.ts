import type { CheckedDestination, CheckedPolicy, CheckedSplit, Choice, Operand } from '../semantics/typed.ts';
import type { SplitTaken } from './decision.ts';
import { interpretCondition, interpretOperand, type Situation } from './interpret.ts';
import { bucketOf } from './murmur3.ts';

/** What stage 2 chose. */
export interface Taken {
  readonly route: string;
  /** Null for `otherwise`. */
  readonly choice: Choice | null;
  readonly split: SplitTaken | null;
  readonly destination: CheckedDestination;
}

/** "The first route or split whose condition holds"; a rule in the shadow is as if it were not there. */
export function interpretRoute(situation: Situation, policy: CheckedPolicy): Taken {
  const choice = policy.choices.find(
    ({ shadow, when }) => !shadow && (when === null || interpretCondition(situation, when)),
  );
  if (!choice) return { route: 'otherwise', choice: null, split: null, destination: policy.otherwise };
  const route = { route: choice.id, choice };
  if (choice.kind === 'route') return { ...route, split: null, destination: choice.destination };
  return { ...route, ...interpretSplit(situation, choice, policy.otherwise) };
}

/** "Branches are cumulative from the top … The decision names split, branch and bucket." The last branch ends at the last bucket. */
function interpretSplit(
  situation: Situation,
  split: CheckedSplit,
  otherwise: CheckedDestination,
): Pick<Taken, 'split' | 'destination'> {
  const bucket = interpretBucket(situation, split);
  const branch = split.branches.find(({ end }) => bucket < end);
  return {
    split: { name: split.id, branch: branch?.name ?? '', bucket },
    destination: branch?.destination ?? otherwise,
  };
}

/** "`bucket = floor(murmur3_x86_32(utf8(salt + "\0" + key), seed 0) × 10000 / 2^32)`"; a test may give it as a fact. */
export function interpretBucket(
  situation: Situation,
  { id, key, salt }: { readonly id: string; readonly key: Operand; readonly salt: string },
): number {
  const given = situation.facts.get(`${id}.bucket`);
  return typeof given === 'number' ? given : bucketOf(salt, String(interpretOperand(situation, key)));
}

/** Behind the routes, `route` and `branch` are facts like any other; `branch` is missing where no split was taken. */
export function withTaken(situation: Situation, { route, split }: Taken): Situation {
  const facts = new Map(situation.facts).set('route', route);
  return { ...situation, facts: split ? facts.set('branch', split.branch) : facts };
}
