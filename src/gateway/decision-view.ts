import type { Decision } from '../decide/decision.ts';

/** A decision as its caller may see it: whole, or route and models only. */
export function viewDecision(decision: Decision, debug: boolean): Decision | OrdinaryView {
  return debug ? decision : ordinaryView(decision);
}

export interface OrdinaryView {
  readonly policy: Decision['policy'];
  readonly outcome: Decision['outcome'];
  readonly route: string | null;
  readonly attempts: readonly { readonly model: string }[];
  readonly reject: { readonly status: number; readonly code: string; readonly message: string } | null;
}

function ordinaryView({ policy, outcome, route, attempts, reject }: Decision): OrdinaryView {
  return {
    policy,
    outcome,
    route,
    attempts: attempts.map(({ model }) => ({ model })),
    reject: reject && { status: reject.status, code: reject.code, message: reject.message },
  };
}
