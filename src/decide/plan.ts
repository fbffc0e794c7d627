import type { PolicyProgram, ProgramModel, ProgramPick, ProgramPlan } from '../compile/program.ts';
import { evaluate, type FactRow } from './evaluate.ts';
import { orderModels } from './order-models.ts';

/** One model of a plan, with what its pick says of it. */
export interface Candidate {
  readonly model: number;
  readonly pick: Pick<ProgramPick, 'after' | 'timeoutMs' | 'firstTokenMs'>;
}

/** The models that a plan names, in its order, each once. */
export function expandPlan(program: PolicyProgram, plan: ProgramPlan, row: FactRow): readonly Candidate[] {
  if (plan.kind !== 'use') return [];
  const seen = new Set<number>();
  const listed: Candidate[] = [];
  for (const pick of withTimeouts(plan.picks)) {
    for (const model of orderModels(program, pick, row)) {
      if (!seen.has(model)) listed.push({ model, pick });
      seen.add(model);
    }
  }
  return listed;
}

/** Puts last what cannot serve now, and cuts the plan. */
export function arrange(
  program: PolicyProgram,
  candidates: readonly Candidate[],
  row: FactRow,
  most: number | null,
): readonly Candidate[] {
  // What was to come after something that is not there comes after nothing.
  const listed = candidates.map((candidate, index) =>
    index === 0 ? { ...candidate, pick: { ...candidate.pick, after: null } } : candidate,
  );
  return cut(
    downLast(listed, ({ model }) => canServe(program.models[model], row)),
    most,
  );
}

/** A timeout, of a call or of its first token, holds for its pick and for the picks before it that have none. */
function withTimeouts(picks: readonly ProgramPick[]): ProgramPick[] {
  let timeoutMs: number | null = null;
  let firstTokenMs: number | null = null;
  const read: ProgramPick[] = [];
  for (const pick of picks.toReversed()) {
    timeoutMs = pick.timeoutMs ?? timeoutMs;
    firstTokenMs = pick.firstTokenMs ?? firstTokenMs;
    read.unshift({ ...pick, timeoutMs, firstTokenMs });
  }
  return read;
}

function canServe(model: ProgramModel | undefined, row: FactRow): boolean {
  if (!model) return false;
  const resting = model.counters.some(
    ({ shadow, when, exhausted }) => !shadow && row[exhausted] === true && evaluate(when, row),
  );
  return row[model.up] !== false && !resting;
}

/** Models that cannot serve go to the end in their order, each with the picks that are tried only `after` it. */
function downLast(candidates: readonly Candidate[], isReady: (candidate: Candidate) => boolean): Candidate[] {
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
  if (most === null) return candidates;
  let counted = 0;
  const end = candidates.findIndex(({ pick }) => pick.after === null && ++counted > most);
  return end === -1 ? candidates : candidates.slice(0, end);
}
