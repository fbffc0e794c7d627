import { parseJsonObject, withoutMark } from '../../protocol/json.ts';
import type { NativeDialect } from '../../protocol/surface.ts';
import type { AnswerHeaders, UpstreamFailure, WholeAnswer } from '../../protocol/upstream-answer.ts';
import { badResponse, saidFailure } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';
import { type Replacement, replaceBytes } from './edit-events.ts';

/** What a whole answer is read by. */
export interface WholeReading {
  readonly dialect: NativeDialect;
  readonly headers: AnswerHeaders;
  readonly secrets: readonly string[];
  /** What the caller is told in place of what the upstream says, where its answer has this id. */
  replacementsFor(id: string): readonly Replacement[];
}

/** A whole answer is a JSON object of the API's form, and says so; anything else is a failure that may fall back. */
export function readWhole(
  body: Buffer,
  { dialect, headers, secrets, replacementsFor }: WholeReading,
): WholeAnswer | UpstreamFailure {
  const type = headers['content-type'] ?? '';
  const text = withoutMark(body.toString());
  const parsed = parseJsonObject(text);
  if (parsed === undefined || !/json/i.test(type)) {
    return badResponse(cleanWords(`not a JSON object, but ${type || 'something without a type'}: ${text}`, secrets));
  }
  const failure = saidFailure(parsed, secrets);
  if (failure !== undefined) return failure;
  const missing = dialect.missingIn(parsed);
  if (missing !== undefined) return badResponse(`a JSON object without \`${missing}\``);
  const id = dialect.continuableId?.(parsed);
  const shown = id === undefined ? body : replaceBytes(body, replacementsFor(id));
  return { kind: 'whole', headers, body: shown, usage: dialect.readUsage(parsed) };
}
