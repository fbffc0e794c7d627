import { parseJsonObject } from '../../protocol/json.ts';
import type { AnswerHeaders, UpstreamFailure, WholeAnswer } from '../../protocol/upstream-answer.ts';
import { badResponse, saidFailure } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';
import { readUsage } from './usage.ts';

const decoder = new TextDecoder();

/** A whole answer is a JSON object with choices, and says so; anything else is a failure that may fall back. */
export function readWhole(
  body: Uint8Array,
  headers: AnswerHeaders,
  secrets: readonly string[],
): WholeAnswer | UpstreamFailure {
  const type = headers['content-type'] ?? '';
  const text = decoder.decode(body);
  const parsed = parseJsonObject(text);
  if (parsed === undefined || !/json/i.test(type)) {
    return badResponse(cleanWords(`not a JSON object, but ${type || 'something without a type'}: ${text}`, secrets));
  }
  const failure = saidFailure(parsed, secrets);
  if (failure !== undefined) return failure;
  if (!Array.isArray(parsed['choices'])) return badResponse('a JSON object without `choices`');
  return { kind: 'whole', headers, body, usage: readUsage(parsed['usage']) };
}
