import type { PlannedAttempt } from '../decide/decision.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import { obligationsAt } from './active-guards.ts';
import { countBodyTokens, textsOf } from './body-facts.ts';
import { carriedHeaders } from './carried-headers.ts';
import type { Exchange, RequestTools } from './exchange.ts';
import { policyRefusal } from './policy-refusal.ts';
import { sendContent } from './send-content.ts';

export interface TokenCount {
  readonly tokens: number;
  /** Nobody counted. */
  readonly isEstimate: boolean;
}

/** How many tokens a request has, for the model that would serve it. Throws a `GatewayError` where the policy refuses the request. */
export async function countTokens(tools: RequestTools, exchange: Exchange, signal: LeavingSignal): Promise<TokenCount> {
  const policy = tools.policies.of(exchange.caller);
  const { surface, body } = exchange.request;
  const described = surfaces[surface].describeBody(body);
  const textTokens = await tools.countTexts?.(textsOf(described));
  const facts = tools.collectFacts({ ...exchange, textTokens }, policy.requiredFacts);
  for (const [key, value] of tools.health.look(policy.requiredFacts, false).facts) facts.set(key, value);
  const decision = policy.decide(facts);
  const refusal = policyRefusal(decision);
  if (refusal !== undefined) throw refusal;
  const [first] = decision.attempts;
  const isGuarded = first !== undefined && obligationsAt(decision, first, 'input').length > 0;
  // What guards are to look at is sent to nobody only to be counted.
  const counted =
    first && !isGuarded && !exchange.caller.admin
      ? await sendContent(decision, first.model, () => askUpstream(tools, exchange, first, signal))
      : undefined;
  const tokens = counted ?? countBodyTokens(described, textTokens);
  return { tokens, isEstimate: counted === undefined };
}

async function askUpstream(
  { providers }: RequestTools,
  { request, headers }: Exchange,
  { provider, upstream }: PlannedAttempt,
  signal: LeavingSignal,
): Promise<number | undefined> {
  const call = { upstream, request, headers: carriedHeaders(request.surface, headers) };
  return providers.get(provider)?.countTokens?.(call, signal);
}
