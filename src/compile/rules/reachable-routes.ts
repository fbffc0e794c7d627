import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { warningAt } from '../../diagnostics/report.ts';
import type { CheckedPolicy, Choice } from '../../semantics/typed.ts';
import { areExclusive, holdsNever } from '../exclusive.ts';
import { both, type Ir, negate } from '../ir.ts';
import type { FactSlot, ProgramContent } from '../program.ts';

/** Of a very long list each route is compared with so many above it, and fewer are looked at together: no check should be felt. */
const mostCompared = 200;
const mostTogether = 64;

interface Reached {
  readonly choice: Choice;
  readonly when: Ir;
}

/** Every route and split is taken by some request: those above it leave something over. */
export function reachableRoutes(policy: CheckedPolicy, { choices, facts }: ProgramContent): Diagnostic[] {
  const all = policy.choices.flatMap((choice, index): Reached[] => {
    const when = choices[index]?.when;
    return when && !choice.shadow ? [{ choice, when }] : [];
  });
  return all.flatMap((reached, index) => {
    // Of a condition that no request fulfils, that is said.
    if (holdsNever(reached.when, facts)) return [];
    const before = takenBefore(reached, all.slice(Math.max(0, index - mostCompared), index), facts);
    return before.length === 0 ? [] : [describe(reached, before)];
  });
}

/** The routes that together take every request that a route asks for: one of them if it is enough. */
function takenBefore(reached: Reached, earlier: readonly Reached[], facts: readonly FactSlot[]): readonly Reached[] {
  const asks = factsOf(reached.when);
  const related = earlier.filter(({ when }) => mayTakeAll(when, asks));
  const alone = related.find((other) => isTaken(reached, [other], facts));
  if (alone) return [alone];
  if (earlier.length > mostTogether || !isTaken(reached, earlier, facts)) return [];
  return earlier.reduce<readonly Reached[]>((needed, other) => {
    const others = needed.filter((candidate) => candidate !== other);
    return isTaken(reached, others, facts) ? others : needed;
  }, earlier);
}

/** Alone, a route takes all of another's requests only if it asks nothing else; with `or`, only if it asks something of it too. */
function mayTakeAll(when: Ir, asks: ReadonlySet<number>): boolean {
  const facts = factsOf(when);
  if (when.op === 'constant') return true;
  return when.op === 'or' || when.op === 'not' ? !facts.isDisjointFrom(asks) : facts.isSubsetOf(asks);
}

function isTaken({ when }: Reached, earlier: readonly Reached[], facts: readonly FactSlot[]): boolean {
  return areExclusive(when, both(earlier.map((other) => negate(other.when))), facts);
}

function factsOf(condition: Ir): ReadonlySet<number> {
  switch (condition.op) {
    case 'constant':
      return new Set();
    case 'not':
      return factsOf(condition.of);
    case 'and':
    case 'or':
      return new Set(condition.of.flatMap((operand) => [...factsOf(operand)]));
    default:
      return new Set([condition.fact]);
  }
}

function describe({ choice }: Reached, before: readonly Reached[]): Diagnostic {
  const [first] = before;
  const several = before.length > 1;
  const secondary = before.map((other, index) => ({
    span: other.choice.nameSpan,
    message: several
      ? index === 0
        ? 'together these'
        : 'take every request first'
      : 'this takes every such request first',
  }));
  return warningAt('unreachable-route', choice.nameSpan, `\`${choice.id}\` can never be taken`, {
    secondary,
    help: `routes are tried from top to bottom: move \`${choice.id}\` above \`${first?.choice.id}\`, or delete it`,
  });
}
