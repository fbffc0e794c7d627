import { unitVector } from '../cache/vector-index.ts';
import { estimateTokens } from '../catalog/token-estimate.ts';
import type { CacheSettings } from '../config/config.ts';
import type { Decision } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { isJsonObject, parseJsonObject } from '../protocol/json.ts';
import { foundAt, type Path } from '../protocol/texts/slot.ts';
import type { WholeAnswer } from '../protocol/upstream-answer.ts';
import type { LeavingSignal } from '../providers/leaving.ts';
import { builtInRules } from '../semantics/built-in-rules.ts';
import { type AsideTools, callAside } from './call-aside.ts';
import type { RecordedRequest } from './recorder.ts';
import type { RequestGuards } from './request-guards.ts';
import { DeniedReceiver } from './send-content.ts';
import type { Spending } from './spending.ts';

/** A question of a request, and on whose account it is embedded. */
export interface Embedded {
  readonly request: ApiRequest;
  /** Where the question stands. */
  readonly path: Path;
  readonly spending: Spending;
  readonly record: RecordedRequest;
  readonly guards: RequestGuards | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: LeavingSignal;
}

/**
 * Where a question lies in the space of meaning. The embeddings model sees it as guards let it through, and only where the constraints of
 * the request let that model see it; its call is charged as a judge's is. Undefined where it was not asked, or did not say.
 */
export async function embedQuestion(
  tools: AsideTools,
  { model, timeoutMs }: NonNullable<CacheSettings['semantic']>,
  { request, path, spending, record, guards, signal }: Embedded,
): Promise<Float32Array | undefined> {
  const aside = spending.planAside(model);
  if (aside === undefined)
    throw new Error(`the config compares texts by a model that is not in the catalogue: ${model}`);
  const { decision } = spending;
  const guarded = await guards?.attempt(decision, aside.planned);
  if (guarded?.kind === 'blocked') return undefined;
  const text = foundAt((guarded?.request ?? request).body, path);
  if (typeof text !== 'string') return undefined;
  const body = { model, input: text, encoding_format: 'float' };
  const question: ApiRequest = { surface: 'embeddings', model, stream: false, body };
  try {
    const outcome = await callAside(
      tools,
      spending,
      record,
      {
        kind: 'embedding',
        aside: { ...aside, planned: { ...aside.planned, timeoutMs } },
        decision: asReceiver(decision),
        request: question,
        sentTo: () => question,
        headers: {},
        inputTokens: estimateTokens([text]),
      },
      signal,
    );
    return outcome.kind === 'answered' ? vectorIn(outcome.answer) : undefined;
  } catch (error) {
    if (error instanceof DeniedReceiver) return undefined;
    throw error;
  }
}

/** Rules of the gateway's own say what a model can answer, not what it may see; and what the policy writes into the request is no part of this one. */
function asReceiver(decision: Decision): Decision {
  const { removed, obligations } = decision;
  return {
    ...decision,
    removed: removed.filter(({ rule }) => !builtInRules.includes(rule)),
    obligations: { ...obligations, set: {}, caps: {} },
  };
}

const decoder = new TextDecoder();

function vectorIn({ body }: WholeAnswer): Float32Array | undefined {
  const data = parseJsonObject(decoder.decode(body))?.['data'];
  const [first] = Array.isArray(data) ? data : [];
  const embedding = isJsonObject(first) ? first['embedding'] : undefined;
  if (!Array.isArray(embedding)) return undefined;
  const numbers = embedding.filter((number) => typeof number === 'number');
  return numbers.length === embedding.length ? unitVector(numbers) : undefined;
}
