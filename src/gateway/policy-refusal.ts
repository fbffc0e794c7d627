import type { Decision } from '../decide/decision.ts';
import { GatewayError } from '../protocol/gateway-error.ts';

/** The policy's own refusal: status, code and message are its author's; the rules are for those who may see them. */
export function policyRefusal({ reject, removed }: Decision): GatewayError | undefined {
  if (reject === null) return undefined;
  const { status, code, message, rules } = reject;
  return new GatewayError('rejected', message, { status, publicCode: code, debug: { rules, removed } });
}
