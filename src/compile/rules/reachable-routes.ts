import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { warningAt } from '../../diagnostics/report.ts';
import type { CheckedPolicy, Choice } from '../../semantics/typed.ts';
import { rulesIn } from '../diagram.ts';
import { areExclusive, holdsNever } from '../exclusive.ts';
import { both, type Ir, negate } from '../ir.ts';
import type { FactSlot, ProgramContent, ProgramTables } from '../program.ts';

/** Each route is compared with so many above it, of a very long list with fewer: no check should be felt. */
const mostCompared = 200;
const mostComparisons = 100_000;
const mostTogether = 64;

interface Reached {
  readonly choice: Choice;
  readonly when: Ir;
  /** The facts that it reads. */
  readonly asks: ReadonlySet<number>;
}

/** Every route and split is taken by some request: those above it leave something over. */
export function reachableRoutes(
  policy: CheckedPolicy,
  { choices, facts }: ProgramContent,
  tables: ProgramTables,
): Diagnostic[] {
  const all = policy.choices.flatMap((choice, index): Reached[] => {
    const when = choices[index]?.when;
    return when && !choice.shadow ? [{ choice, when, asks: factsOf(when) }] : [];
  });
  const taken = surelyTaken(tables, facts);
  const compared = Math.min(mostCompared, Math.ceil(mostComparisons / all.length));
  return all.flatMap((reached, index) => {
    // Of a condition that no request fulfils, that is said.
    if (taken.has(index) || holdsNever(reached.when, facts)) return [];
    const before = takenBefore(reached, all.slice(Math.max(0, index - compared), index), facts);
    return before.length === 0 ? [] : [describe(reached, before)];
  });
}

/**
 * The routes that the decision diagram takes for some codes. Codes of one fact in several columns depend on each other, so that a
 * leaf may be there for codes that no value has: then it is no proof.
 */
function surelyTaken({ choices, columns }: ProgramTables, facts: readonly FactSlot[]): ReadonlySet<number> {
  if (choices.form !== 'diagram') return new Set();
  const asked = new Set(choices.diagram.columns);
  const byFact = Map.groupBy(
    columns.filter((_, column) => asked.has(column)),
    ({ fact }) => fact,
  );
  const apart = [...byFact].every(
    ([fact, ofFact]) =>
      ofFact.length === 1 || (facts[fact]?.absent !== undefined && ofFact.every(({ kind }) => kind === 'element')),
  );
  return apart ? rulesIn(choices.diagram) : new Set();
}

/** The routes that together take every request that a route asks for: one of them if it is enough. */
function takenBefore(reached: Reached, earlier: readonly Reached[], facts: readonly FactSlot[]): readonly Reached[] {
  const related = earlier.filter((other) => mayTakeAll(other, reached.asks));
  const alone = related.find((other) => isTaken(reached, [other], facts));
  if (alone) return [alone];
  if (earlier.length > mostTogether || !isTaken(reached, earlier, facts)) return [];
  return earlier.reduce<readonly Reached[]>((needed, other) => {
    const others = needed.filter((candidate) => candidate !== other);
    return isTaken(reached, others, facts) ? others : needed;
  }, earlier);
}

/** Alone, a route takes all of another's requests only if it asks nothing else; with `or`, only if it asks something of it too. */
function mayTakeAll({ when, asks: facts }: Reached, asks: ReadonlySet<number>): boolean {
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
