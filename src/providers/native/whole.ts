import { parseJsonObject } from '../../protocol/json.ts';
import type { NativeDialect } from '../../protocol/surface.ts';
import type { AnswerHeaders, UpstreamFailure, WholeAnswer } from '../../protocol/upstream-answer.ts';
import { badResponse, saidFailure } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';
import { replaceBytes } from './edit-events.ts';

const decoder = new TextDecoder();

/** What a whole answer is read by. */
export interface WholeReading {
  readonly dialect: NativeDialect;
  readonly headers: AnswerHeaders;
  readonly secrets: readonly string[];
  /** The id that the caller is told in place of the upstream's. */
  sealId(id: string): string;
}

/** A whole answer is a JSON object of the API's form, and says so; anything else is a failure that may fall back. */
export function readWhole(
  body: Uint8Array,
  { dialect, headers, secrets, sealId }: WholeReading,
): WholeAnswer | UpstreamFailure {
  const type = headers['content-type'] ?? '';
  const text = decoder.decode(body);
  const parsed = parseJsonObject(text);
  if (parsed === undefined || !/json/i.test(type)) {
    return badResponse(cleanWords(`not a JSON object, but ${type || 'something without a type'}: ${text}`, secrets));
  }
  const failure = saidFailure(parsed, secrets);
  if (failure !== undefined) return failure;
  const missing = dialect.missingIn(parsed);
  if (missing !== undefined) return badResponse(`a JSON object without \`${missing}\``);
  const id = dialect.continuableId?.(parsed);
  const shown = id === undefined ? body : replaceBytes(Buffer.from(body), id, sealId(id));
  return { kind: 'whole', headers, body: shown, usage: dialect.readUsage(parsed) };
}
