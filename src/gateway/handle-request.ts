import { isCounting } from '../decide/charges.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import { textsOf } from './body-facts.ts';
import { type Exchange, nothingDone, type RequestResult, type RequestTools } from './exchange.ts';
import type { ChargeStanding } from './meter.ts';
import { putStandings, putTruths } from './put-standings.ts';
import { serveDecided } from './serve-decided.ts';
import { tryInShadow } from './try-in-shadow.ts';

/**
 * Facts → decision → reservations → plan → answer, for every request there is, whichever API it came in through. Throws a `GatewayError`
 * for what the door refuses.
 */
export async function handleRequest(
  tools: RequestTools,
  exchange: Exchange,
  signal: LeavingSignal,
): Promise<RequestResult> {
  const { caller, dryRun } = exchange;
  if (caller.admin && !dryRun) {
    throw new GatewayError(
      'invalid_api_key',
      'the admin token calls no model: use a virtual key, or ask for a dry run',
    );
  }
  const policy = tools.policies.of(caller);
  const request = tools.answerIds.open(exchange.request, caller.name);
  const textTokens =
    tools.countTexts && (await tools.countTexts(textsOf(surfaces[request.surface].describeBody(request.body))));
  const facts = tools.collectFacts({ ...exchange, request, textTokens }, policy.requiredFacts);
  const { program } = policy;
  const standings = isCounting(program) ? await tools.meter.readStandings(program, facts) : noStandings;
  putStandings(facts, standings);
  const look = tools.health.look(policy.requiredFacts, !dryRun);
  for (const [key, value] of look.facts) facts.set(key, value);
  putTruths(facts, policy);
  const first = policy.decide(facts);
  if (dryRun) return { decision: first, ...nothingDone, outcome: 'dry-run' };
  if (policy.shadow?.covers(exchange.id)) {
    tryInShadow(tools, policy.shadow, { ...exchange, request, textTokens }, first);
  }
  const decided = { policy, facts, first, standings };
  const probes = tools.health.keepProbes(look, first);
  const opened = request === exchange.request ? exchange : { ...exchange, request };
  try {
    return await serveDecided(tools, opened, decided, signal);
  } finally {
    for (const probe of probes) probe.endProbe();
  }
}

const noStandings: readonly ChargeStanding[] = [];
