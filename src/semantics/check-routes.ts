import type { Branch, Route, Routes, Split } from '../syntax/ast.ts';
import { writePercent } from '../syntax/quantities.ts';
import { checkDestination, checkKey } from './check-plan.ts';
import type { Context } from './context.ts';
import { shadowed } from './rule-ids.ts';
import type { CheckedDestination, CheckedPolicy, CheckedRoute, CheckedSplit } from './typed.ts';

/** Buckets of a split: ten thousand, so that a branch is as exact as a percentage. */
export const buckets = 10_000;

export type CheckedRoutes = Pick<CheckedPolicy, 'choices' | 'otherwise'>;

export function checkRoutes(context: Context, block: Routes): CheckedRoutes | undefined {
  const names = new Set<string>();
  const choices = block.choices.map((choice) => {
    if (names.has(choice.name.text)) {
      context.findings.error('declared-twice', choice.name.span, `two routes are called \`${choice.name.text}\``, {
        help: 'give one of them another name',
      });
    }
    names.add(choice.name.text);
    return choice.kind === 'route' ? checkRoute(context, choice) : checkSplit(context, choice);
  });
  const otherwise = checkDestination(context, block.otherwise, 'otherwise');
  const read = choices.flatMap((choice) => choice ?? []);
  return otherwise && read.length === choices.length ? { choices: read, otherwise } : undefined;
}

function checkRoute(context: Context, route: Route): CheckedRoute | undefined {
  const when = context.checkCondition(context, route.when);
  const inside = when ? { ...context, known: context.known.union(when.knownIfTrue) } : context;
  const destination = checkDestination(inside, route.destination, route.name.text);
  if (!when || !destination) return undefined;
  return {
    kind: 'route',
    id: route.name.text,
    span: route.span,
    nameSpan: route.name.span,
    shadow: shadowed(route.notes),
    when: when.condition,
    destination,
  };
}

function checkSplit(context: Context, split: Split): CheckedSplit | undefined {
  const when = split.when && context.checkCondition(context, split.when);
  const inside = when ? { ...context, known: context.known.union(when.knownIfTrue) } : context;
  const key = checkKey(inside, split.on);
  const branches = checkBranches(inside, split);
  if (!key || !branches || (split.when && !when)) return undefined;
  return {
    kind: 'split',
    id: split.name.text,
    span: split.span,
    nameSpan: split.name.span,
    shadow: shadowed(split.notes),
    when: when?.condition ?? null,
    key,
    salt: split.salt ?? `${context.policy}/${split.name.text}`,
    branches,
  };
}

function checkBranches(context: Context, split: Split): CheckedSplit['branches'] | undefined {
  let end = 0;
  const names = new Set<string>();
  const read: { name: string; end: number; destination: CheckedDestination }[] = [];
  const all = [...split.branches, split.otherwise];
  all.forEach((branch, index) => {
    end = branch.share === undefined ? buckets : end + branch.share;
    const name = nameBranch(context, branch, index, names);
    const destination = checkDestination(context, branch.destination, split.name.text);
    if (destination) read.push({ name, end: Math.min(end, buckets), destination });
  });
  const shares = split.branches.reduce((sum, { share = 0 }) => sum + share, 0);
  if (shares > buckets) {
    context.findings.error(
      'too-much',
      split.name.span,
      `the branches of \`${split.name.text}\` add up to ${writePercent(shares)}`,
      {
        help: 'make their shares smaller, to at most 100% together; what is left goes to `otherwise`',
      },
    );
  }
  return read.length === all.length ? read : undefined;
}

/** The name after `as`, or the branch's number from 1. */
function nameBranch(context: Context, branch: Branch, index: number, taken: Set<string>): string {
  const name = branch.as?.text ?? String(index + 1);
  if (taken.has(name)) {
    context.findings.error('declared-twice', branch.as?.span ?? branch.span, `two branches are called \`${name}\``, {
      help: 'give one of them another name',
    });
  }
  taken.add(name);
  return name;
}

/** The words that `route` and `branch` may be, behind these routes. */
export function takenWords(block: Routes | undefined): { routes: string[]; branches: string[] } {
  const choices = block?.choices ?? [];
  const branches = choices.flatMap((choice) =>
    choice.kind === 'split'
      ? [...choice.branches, choice.otherwise].map((branch, index) => branch.as?.text ?? String(index + 1))
      : [],
  );
  return { routes: [...choices.map(({ name }) => name.text), 'otherwise'], branches: [...new Set(branches)] };
}
