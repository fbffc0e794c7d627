import type { ApiRequest } from '../api-request.ts';
import type { Finish, Generation, GenerationHead } from '../generation.ts';
import type { JsonObject } from '../json.ts';
import type { Usage } from '../usage.ts';
import { writeItems } from './items.ts';
import { writeResponseUsage } from './usage.ts';

/** An answer as a response. */
export function renderResponse(answer: Generation, request: ApiRequest): JsonObject {
  return responseObject(answer, request, writeItems(answer), answer);
}

/** How a response ended; undefined while it goes on. */
export interface ResponseEnd {
  readonly finish: Finish;
  readonly usage: Usage | undefined;
}

/** The object that a response is, whole and in a stream's events. What the caller asked for is repeated in it. */
export function responseObject(
  { id, created, model }: GenerationHead,
  { body }: ApiRequest,
  output: readonly JsonObject[],
  end: ResponseEnd | undefined,
): JsonObject {
  const incomplete = end && incompleteFor(end.finish);
  return {
    id,
    object: 'response',
    created_at: created,
    status: end === undefined ? 'in_progress' : incomplete === undefined ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    metadata: body['metadata'] ?? {},
    model,
    output,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: null,
    reasoning: body['reasoning'] ?? { effort: null, summary: null },
    // Nothing is kept here: there is no response to go on from.
    store: false,
    temperature: body['temperature'] ?? null,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_p: body['top_p'] ?? null,
    truncation: 'disabled',
    usage: end?.usage ? writeResponseUsage(end.usage) : null,
  };
}

function incompleteFor({ reason }: Finish): string | undefined {
  if (reason === 'length') return 'max_output_tokens';
  return reason === 'content_filter' ? 'content_filter' : undefined;
}
