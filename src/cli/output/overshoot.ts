import type { Overshoot } from '../../config/overshoot.ts';
import { writeMoney } from '../../syntax/quantities.ts';

/** One line for each budget. */
export function renderOvershoot(
  file: string,
  { budget, model, reservedTokens, mostTokens, cost }: Overshoot,
  currency: string,
): string {
  const more = cost === null ? 'without bound' : `by up to ${writeMoney(cost, currency)}`;
  const most = mostTokens === null ? 'no known limit' : `up to ${mostTokens}`;
  return `${file}: an answer may pass the budget \`${budget}\` ${more}: ${reservedTokens} tok of output are reserved where nothing bounds it, and \`${model}\` writes ${most}; \`cap output\` bounds it`;
}
