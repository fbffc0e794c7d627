import type { Destination, PolicyProgram, ProgramPick } from '../compile/program.ts';
import type { PlannedAttempt } from './decision.ts';
import type { FactRow } from './evaluate.ts';

/** One model of a plan, with what its pick says of it. */
interface Candidate {
  readonly model: number;
  readonly pick: ProgramPick;
}

/**
 * The models to try, in order: the list expanded, each model once, what is denied left out, what is down put last, cut after
 * as many as the fallback allows.
 */
export function expandPlan(
  program: PolicyProgram,
  destination: Destination,
  row: FactRow,
  denied: ReadonlySet<number>,
): PlannedAttempt[] {
  if (destination.plan.kind !== 'use') return [];
  const seen = new Set<number>(denied);
  const listed: Candidate[] = [];
  for (const pick of withTimeouts(destination.plan.picks)) {
    for (const model of pick.models === 'requested' ? requestedModels(program, row) : pick.models) {
      if (!seen.has(model)) listed.push({ model, pick });
      seen.add(model);
    }
  }
  const isUp = ({ model }: Candidate) => row[program.models[model]?.up ?? -1] !== false;
  const ordered = downLast(listed, isUp);
  return cut(ordered, destination.fallback.maxAttempts).flatMap(({ model, pick }, index) => {
    const found = program.models[model];
    return found ? [attempt(found, pick, index === 0)] : [];
  });
}

/** A timeout holds for its pick and for the picks before it that have none. */
function withTimeouts(picks: readonly ProgramPick[]): ProgramPick[] {
  let timeoutMs: number | null = null;
  return picks
    .toReversed()
    .map((pick) => {
      timeoutMs = pick.timeoutMs ?? timeoutMs;
      return { ...pick, timeoutMs };
    })
    .reverse();
}

function requestedModels(program: PolicyProgram, row: FactRow): readonly number[] {
  const asked = row[program.requiredFacts.indexOf('request.model')];
  return program.answers.find(([name]) => name === asked)?.[1] ?? [];
}

/** Models that are down go to the end in their order, each with the picks that are tried only `after` it. */
function downLast(candidates: readonly Candidate[], isUp: (candidate: Candidate) => boolean): Candidate[] {
  const groups: Candidate[][] = [];
  for (const candidate of candidates) {
    const last = groups.at(-1);
    if (candidate.pick.after && last) last.push(candidate);
    else groups.push([candidate]);
  }
  const leads = (group: Candidate[]) => group[0] !== undefined && isUp(group[0]);
  return [...groups.filter(leads), ...groups.filter((group) => !leads(group))].flat();
}

/** Cut after so many models that have no `after`. */
function cut(candidates: readonly Candidate[], most: number | null): readonly Candidate[] {
  if (most === null) return candidates;
  let counted = 0;
  const end = candidates.findIndex(({ pick }) => pick.after === null && ++counted > most);
  return end === -1 ? candidates : candidates.slice(0, end);
}

function attempt(model: PolicyProgram['models'][number], pick: ProgramPick, first: boolean): PlannedAttempt {
  return {
    model: model.name,
    provider: model.provider,
    upstream: model.upstream,
    timeoutMs: pick.timeoutMs,
    firstTokenTimeoutMs: pick.firstTokenMs,
    // Where constraints removed what it follows, nothing comes before it.
    after: first ? null : pick.after,
    guards: [],
    caps: {},
    set: {},
    budgets: [],
    limits: [],
  };
}
