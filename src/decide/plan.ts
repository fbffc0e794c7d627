import type { PolicyProgram, ProgramModel } from '../compile/program.ts';
import { evaluate, type FactRow } from './evaluate.ts';
import { type Candidate, type LoadedPlan, listOnce } from './load-plan.ts';
import type { LoadedProgram } from './load-program.ts';
import { orderModels } from './order-models.ts';

/** The models that a plan names, in its order, each once. */
export function expandPlan(loaded: LoadedProgram, plan: LoadedPlan | undefined, row: FactRow): readonly Candidate[] {
  if (plan?.kind !== 'use') return [];
  return plan.candidates ?? listOnce(loaded.program, plan.picks, (pick) => orderModels(loaded, pick, row));
}

/** Puts last what cannot serve now, and cuts the plan. */
export function arrange(
  { models }: PolicyProgram,
  candidates: readonly Candidate[],
  row: FactRow,
  most: number | null,
): readonly Candidate[] {
  const isReady = ({ model }: Candidate) => canServe(models[model], row);
  return cut(downLast(afterNothing(candidates), isReady), most);
}

/** What was to come after something that is not there comes after nothing. */
function afterNothing(candidates: readonly Candidate[]): readonly Candidate[] {
  const [first, ...others] = candidates;
  if (!first?.pick.after) return candidates;
  const { model, pick, attempt } = first;
  return [{ model, pick: { ...pick, after: null }, attempt: { ...attempt, after: null } }, ...others];
}

function canServe(model: ProgramModel | undefined, row: FactRow): boolean {
  if (!model || row[model.up] === false) return false;
  for (const { shadow, when, exhausted } of model.counters) {
    if (!shadow && row[exhausted] === true && evaluate(when, row)) return false;
  }
  return true;
}

/** Models that cannot serve go to the end in their order, each with the picks that are tried only `after` it. */
function downLast(candidates: readonly Candidate[], isReady: (candidate: Candidate) => boolean): readonly Candidate[] {
  if (candidates.every(isReady)) return candidates;
  const groups: Candidate[][] = [];
  for (const candidate of candidates) {
    const last = groups.at(-1);
    if (candidate.pick.after && last) last.push(candidate);
    else groups.push([candidate]);
  }
  const leads = (group: Candidate[]) => group[0] !== undefined && isReady(group[0]);
  return [...groups.filter(leads), ...groups.filter((group) => !leads(group))].flat();
}

/** Cut after so many models that have no `after`. */
function cut(candidates: readonly Candidate[], most: number | null): readonly Candidate[] {
  if (most === null || candidates.length <= most) return candidates;
  let counted = 0;
  const end = candidates.findIndex(({ pick }) => pick.after === null && ++counted > most);
  return end === -1 ? candidates : candidates.slice(0, end);
}
