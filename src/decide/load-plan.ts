import type { PolicyProgram, ProgramPick, ProgramPlan } from '../compile/program.ts';
import type { PlannedAttempt } from './decision.ts';

/** One model of a plan, with what its pick says of it. */
export interface Candidate {
  readonly model: number;
  readonly pick: Pick<ProgramPick, 'after' | 'timeoutMs' | 'firstTokenMs'>;
  /** What is tried where no rule speaks of attempts on this model. */
  readonly attempt: PlannedAttempt;
}

/** A plan made ready: what is known of it before a request comes. */
export type LoadedPlan =
  | { readonly kind: 'reject'; readonly status: number; readonly message: string }
  | {
      readonly kind: 'use';
      readonly picks: readonly LoadedPick[];
      /** The models, each once; null where only the request tells which they are, or in which order. */
      readonly candidates: readonly Candidate[] | null;
    };

export interface LoadedPick {
  /** With the timeouts that hold for it. */
  readonly pick: ProgramPick;
  /** By model, each made when it is first needed. */
  readonly candidates: Candidate[];
}

export function loadPlan(program: PolicyProgram, plan: ProgramPlan): LoadedPlan {
  if (plan.kind === 'reject') return plan;
  const picks = withTimeouts(plan.picks).map((pick): LoadedPick => ({ pick, candidates: [] }));
  const isFixed = picks.every(({ pick }) => pick.models !== 'requested' && pick.order === 'written');
  const candidates = isFixed ? listOnce(program, picks, ({ models }) => (models === 'requested' ? [] : models)) : null;
  return { kind: 'use', picks, candidates };
}

/** The models that picks name, each once. */
export function listOnce(
  program: PolicyProgram,
  picks: readonly LoadedPick[],
  modelsOf: (pick: ProgramPick) => readonly number[],
): readonly Candidate[] {
  const listed: Candidate[] = [];
  for (const { pick, candidates } of picks) {
    for (const model of modelsOf(pick)) {
      if (listed.some((candidate) => candidate.model === model)) continue;
      candidates[model] ??= candidateOf(program, model, pick);
      listed.push(candidates[model]);
    }
  }
  return listed;
}

function candidateOf(program: PolicyProgram, model: number, pick: Candidate['pick']): Candidate {
  const found = program.models[model];
  const attempt: PlannedAttempt = {
    model: found?.name ?? '',
    provider: found?.provider ?? '',
    upstream: found?.upstream ?? '',
    timeoutMs: pick.timeoutMs,
    firstTokenTimeoutMs: pick.firstTokenMs,
    after: pick.after,
    guards: [],
    caps: {},
    set: {},
    budgets: [],
    limits: [],
  };
  return { model, pick, attempt };
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
