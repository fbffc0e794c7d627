import type { Decision } from '../decide/decision.ts';

/** The request's constraints keep its content from somebody. */
export class DeniedReceiver extends Error {
  constructor(receiver: string) {
    super(`the constraints of this request keep its content from \`${receiver}\``);
    this.name = 'DeniedReceiver';
  }
}

/**
 * The one way out for what a request says and what is answered: to the models of the plan, to mirrors and judges, to moderation, analysers
 * and webhooks. `receiver` is a model of the catalogue or a guard; `send` is called only where the decision denies neither of that name.
 */
export function sendContent<Answer>(
  { removed }: Pick<Decision, 'removed'>,
  receiver: string,
  send: () => Promise<Answer>,
): Promise<Answer> {
  return isDenied(removed, receiver) ? Promise.reject(new DeniedReceiver(receiver)) : send();
}

function isDenied(removed: Decision['removed'], receiver: string): boolean {
  return removed.some(({ model }) => model === receiver);
}
