import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { CheckedPolicy, CheckedSet, CheckedTag } from '../semantics/typed.ts';
import { areExclusive } from './exclusive.ts';
import type { ProgramContent, ProgramRule } from './program.ts';

/** No request gets two values for one tag or one parameter: rules that write it differently never hold together. */
export function conflictingValues(policy: CheckedPolicy, program: ProgramContent): Diagnostic[] {
  const tags = policy.tags.map((rule, index) => ({ rule, name: rule.tag, lowered: program.tags[index] }));
  const sets = policy.sets.map((rule, index) => ({ rule, name: rule.parameter, lowered: program.sets[index] }));
  return [...conflictsAmong('tag', tags, program), ...conflictsAmong('set', sets, program)];
}

interface Writer {
  readonly rule: CheckedTag | CheckedSet;
  /** What it writes. */
  readonly name: string;
  readonly lowered: ProgramRule<{ readonly value: unknown }> | undefined;
}

function conflictsAmong(kind: string, writers: readonly Writer[], program: ProgramContent): Diagnostic[] {
  const live = writers.filter(({ rule }) => !rule.shadow);
  const rivals = [...Map.groupBy(live, ({ name }) => name).values()];
  return rivals.flatMap((writersOfOne) =>
    writersOfOne.flatMap((later, index) => {
      const earlier = writersOfOne.slice(0, index).find((other) => conflict(other, later, program));
      if (!earlier) return [];
      return [
        errorAt('conflicting-values', later.rule.span, `\`${later.name}\` may get two values`, {
          secondary: [{ span: earlier.rule.span, message: 'the other is written here' }],
          notes: ['nothing shows that the two conditions never hold together'],
          help: `let one \`when\` exclude the other, or write \`${kind} ${later.name}\` once`,
        }),
      ];
    }),
  );
}

function conflict({ lowered: first }: Writer, { lowered: second }: Writer, { facts }: ProgramContent): boolean {
  if (!first || !second) return false;
  return first.cases.some((one) =>
    second.cases.some(
      (other) =>
        meet(one.models, other.models) &&
        JSON.stringify(one.payload.value) !== JSON.stringify(other.payload.value) &&
        !areExclusive(one.when, other.when, facts),
    ),
  );
}

/** Two cases can speak of one attempt. A rule for the request speaks of all. */
function meet(first: readonly number[] | null, second: readonly number[] | null): boolean {
  return first === null || second === null || first.some((model) => second.includes(model));
}
