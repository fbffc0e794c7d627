import type { JsonObject } from '../../protocol/json.ts';
import type { AnswerHeaders, WholeAnswer } from '../../protocol/upstream-answer.ts';
import type { Usage } from '../../protocol/usage.ts';

/** An answer that was made here, in the caller's API. */
export function wholeAnswer(body: JsonObject, usage: Usage | undefined, more: AnswerHeaders = {}): WholeAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...more };
  return { kind: 'whole', headers, body: Buffer.from(JSON.stringify(body)), usage };
}
