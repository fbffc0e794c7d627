import { estimateTokens } from '../catalog/token-estimate.ts';
import type { Question } from '../guards/guard.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { valueAt } from '../protocol/fields.ts';
import { isJsonObject, parseJsonObject } from '../protocol/json.ts';
import { limitOutput } from '../protocol/parameters.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { WholeAnswer } from '../protocol/upstream-answer.ts';
import { type AsideTools, callAside } from './call-aside.ts';
import type { RecordedRequest } from './recorder.ts';
import type { Spending } from './spending.ts';

/** A word is asked for; models that think before they say it need room for that. */
const longestVerdict = 1024;

const decoder = new TextDecoder();

/** Asks a model of the catalogue what it makes of a text, on the account of the request. Rejects where it says nothing. */
export async function askJudge(
  tools: AsideTools,
  spending: Spending,
  record: RecordedRequest,
  { guard, model, system, text, signal }: Question,
): Promise<string> {
  const aside = spending.planAside(model);
  if (aside === undefined) throw new Error(`guard \`${guard}\` asks a model that is not in the catalogue`);
  const { decision } = spending;
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: text },
  ];
  const request: ApiRequest = {
    surface: 'chat',
    model,
    stream: false,
    body: { model, messages, max_completion_tokens: longestVerdict },
  };
  const outcome = await callAside(
    tools,
    spending,
    record,
    {
      kind: 'judge',
      aside,
      // What the policy writes into the caller's request is no part of the question.
      decision: { ...decision, obligations: { ...decision.obligations, set: {}, caps: {} } },
      request,
      sentTo: ({ outputLimit }) => limited(request, outputLimit),
      headers: {},
      inputTokens: estimateTokens([system, text]),
    },
    signal,
  );
  if (outcome.kind !== 'answered') throw new Error(`the judge of guard \`${guard}\` did not answer: ${outcome.kind}`);
  return saidIn(outcome.answer);
}

/** The bound in the one field in which the provider looks for it. */
function limited(request: ApiRequest, field: string | undefined): ApiRequest {
  const { max_completion_tokens: _, ...body } = request.body;
  return { ...request, body: limitOutput(body, surfaces.chat.parameters, longestVerdict, field) };
}

function saidIn({ body }: WholeAnswer): string {
  const answer = parseJsonObject(decoder.decode(body));
  const [choice] = Array.isArray(answer?.['choices']) ? answer['choices'] : [];
  const said = isJsonObject(choice) ? valueAt(choice, ['message', 'content']) : undefined;
  return typeof said === 'string' ? said : '';
}
