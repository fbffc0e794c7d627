import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { limitInOneField, limitOutput, outputAsked, setParameters } from '../protocol/parameters.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Provider } from '../providers/provider.ts';

/** The most tokens that an attempt may put out, by the caps of the decision; undefined where it has none. */
function outputCap({ obligations }: Decision, { caps }: PlannedAttempt): number | undefined {
  const { output } = obligations.caps;
  if (output === undefined) return caps.output;
  return caps.output === undefined ? output : Math.min(output, caps.output);
}

/** The cap, where the request that is sent is the shorter for it: it asked for more, or did not say. */
export function cappedTo(request: ApiRequest, decision: Decision, planned: PlannedAttempt): number | undefined {
  const { parameters } = surfaces[request.surface];
  const cap = outputCap(decision, planned);
  if (cap === undefined || parameters.outputLimits.length === 0) return undefined;
  const set = { ...decision.obligations.set, ...planned.set };
  const { each } = outputAsked(setParameters(request.body, parameters, set), parameters);
  return each === undefined || each > cap ? cap : undefined;
}

/**
 * The request as an attempt sends it: with what the policy sets, no longer an output than it allows, and a bound on the output where its
 * provider looks for it.
 */
export function plannedRequest(
  request: ApiRequest,
  decision: Decision,
  planned: PlannedAttempt,
  { outputLimit, knowsOneLimit }: Pick<Provider, 'outputLimit' | 'knowsOneLimit'>,
): ApiRequest {
  const { parameters } = surfaces[request.surface];
  const set = { ...decision.obligations.set, ...planned.set };
  const cap = outputCap(decision, planned);
  const only = knowsOneLimit ? outputLimit : undefined;
  if (cap === undefined && only === undefined && Object.keys(set).length === 0) return request;
  const changed = setParameters(request.body, parameters, set);
  const limited = cap === undefined ? changed : limitOutput(changed, parameters, cap, outputLimit);
  const body = only === undefined ? limited : limitInOneField(limited, parameters, only);
  return body === request.body ? request : { ...request, body };
}
