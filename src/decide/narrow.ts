import { always } from '../compile/ir.ts';
import type { Denial, PolicyProgram, ProgramChoice, ProgramRule, Refusal, RuleCase } from '../compile/program.ts';
import { choicesOf, constraintsOf, type ObligationList, obligationLists, obligationsOf } from '../compile/tables.ts';
import {
  allHolding,
  Codes,
  firstHolding,
  type LoadedColumns,
  type LoadedIndex,
  loadColumns,
  loadIndex,
} from './ask-index.ts';
import type { FactRow } from './evaluate.ts';

/** A program made ready: its tables loaded, and each condition's number tied to the rule that it belongs to. */
interface Loaded {
  readonly columns: LoadedColumns;
  readonly constraints: LoadedIndex;
  readonly groups: readonly { readonly denial: Denial; readonly held: Denial['groups'][number] }[];
  readonly refusals: readonly Refusal[];
  readonly choices: LoadedIndex;
  readonly chosen: readonly ProgramChoice[];
  readonly shadowChoices: readonly ProgramChoice[];
  readonly obligations: LoadedIndex;
  readonly cases: readonly LoadedCase[];
}

interface LoadedCase {
  readonly list: ObligationList;
  readonly rule: ProgramRule<unknown>;
  readonly held: RuleCase<unknown>;
}

const loadedPrograms = new WeakMap<PolicyProgram, Loaded>();

function load(program: PolicyProgram): Loaded {
  const known = loadedPrograms.get(program);
  if (known) return known;
  const { tables, denials, refusals, choices } = program;
  const loaded: Loaded = {
    columns: loadColumns(tables.columns),
    constraints: loadIndex(tables.constraints, constraintsOf(program)),
    groups: denials.flatMap((denial) => denial.groups.map((group) => ({ denial, held: { ...group, when: always } }))),
    refusals: refusals.map((refusal) => ({ ...refusal, when: always })),
    choices: loadIndex(tables.choices, choicesOf(program)),
    chosen: choices.filter(({ shadow }) => !shadow).map((choice) => ({ ...choice, when: always })),
    shadowChoices: choices.filter(({ shadow }) => shadow),
    obligations: loadIndex(tables.obligations, obligationsOf(program)),
    cases: obligationLists.flatMap((list) =>
      (program[list] as readonly ProgramRule<unknown>[]).flatMap((rule) =>
        rule.cases.map((found) => ({ list, rule, held: { ...found, when: always } })),
      ),
    ),
  };
  loadedPrograms.set(program, loaded);
  return loaded;
}

/** The program with only those constraints that hold, the route that is taken, and the routes in the shadow. */
export function narrowToTaken(program: PolicyProgram, row: FactRow): PolicyProgram {
  const loaded = load(program);
  const codes = new Codes(loaded.columns, row);
  const denials: { -readonly [Key in keyof Denial]: Denial[Key] }[] = [];
  const refusals: Refusal[] = [];
  let last: Denial | undefined;
  for (const holding of allHolding(loaded.constraints, codes, row)) {
    const group = loaded.groups[holding];
    const refusal = loaded.refusals[holding - loaded.groups.length];
    if (!group && refusal) refusals.push(refusal);
    if (!group) continue;
    const before = denials.at(-1);
    if (before && group.denial === last) before.groups = [...before.groups, group.held];
    else denials.push({ ...group.denial, groups: [group.held] });
    last = group.denial;
  }
  const choice = loaded.chosen[firstHolding(loaded.choices, codes, row)];
  return { ...program, denials, refusals, choices: inFileOrder(program, loaded.shadowChoices, choice) };
}

/** Routes in the shadow that stand before the one taken, and it. */
function inFileOrder(
  program: PolicyProgram,
  shadows: readonly ProgramChoice[],
  choice: ProgramChoice | undefined,
): ProgramChoice[] {
  const taken = choice ? [choice] : [];
  if (shadows.length === 0) return taken;
  const end = choice ? program.choices.findIndex(({ name }) => name === choice.name) : program.choices.length;
  return [...program.choices.slice(0, end).filter(({ shadow }) => shadow), ...taken];
}

/** The program with only those rules of stage 3 that hold, once it is known which route was taken. */
export function narrowToHeld(narrowed: PolicyProgram, program: PolicyProgram, row: FactRow): PolicyProgram {
  const loaded = load(program);
  const codes = new Codes(loaded.columns, row);
  const lists = Object.fromEntries(obligationLists.map((list) => [list, [] as ProgramRule<unknown>[]]));
  let last: ProgramRule<unknown> | undefined;
  for (const holding of allHolding(loaded.obligations, codes, row)) {
    const found = loaded.cases[holding];
    const list = found && lists[found.list];
    if (!found || !list) continue;
    const before = list.at(-1);
    if (before && found.rule === last) list[list.length - 1] = { ...before, cases: [...before.cases, found.held] };
    else list.push({ ...found.rule, cases: [found.held] });
    last = found.rule;
  }
  return { ...narrowed, ...(lists as unknown as Pick<PolicyProgram, ObligationList>) };
}
