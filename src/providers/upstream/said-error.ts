import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.ts';

/** What an upstream says of a call that failed, whatever its dialect. */
export interface SaidError {
  readonly message: string;
  readonly code: string | null;
  readonly type: string | null;
  readonly param: string | null;
  /** How long to wait, where the body says so and not a header. */
  readonly retryAfterMs: number | undefined;
}

/**
 * The error in a body: OpenAI's and Anthropic's `{ error: { … } }`, Google's with its `status` and `details`, a text in place of the object,
 * and the objects that are an error themselves.
 */
export function readSaidError(body: JsonObject): SaidError | undefined {
  const { error } = body;
  if (typeof error === 'string') return said({ message: error });
  if (isJsonObject(error)) return said(error);
  return body['object'] === 'error' || body['type'] === 'error' ? said(body) : undefined;
}

/**
 * The error in a body that came with a status of failure: there Bedrock's and Cohere's `{ message }` and the `{ detail }` of Python's web servers
 * mean an error too.
 */
export function readRefusal(body: JsonObject): SaidError | undefined {
  const found = readSaidError(body);
  if (found !== undefined) return found;
  const message = body['message'] ?? body['Message'] ?? body['detail'];
  return message === undefined ? undefined : said({ ...body, message });
}

function said(error: JsonObject): SaidError {
  const details = detailsOf(error);
  return {
    message: words(error['message']) ?? 'an error without a message',
    code: reasonOf(error, details) ?? textOf(error['code']),
    type: textOf(error['type']) ?? textOf(error['status']),
    param: textOf(error['param']),
    retryAfterMs: delayOf(details),
  };
}

/** Google's, https://cloud.google.com/apis/design/errors#error_details: other dialects have no such list. */
function detailsOf({ details }: JsonObject): readonly JsonObject[] {
  return Array.isArray(details) ? details.filter(isJsonObject) : [];
}

/** What says more than `code`: that content was flagged (OpenRouter), that a key is wrong under a status of 400 (Google). */
function reasonOf({ metadata }: JsonObject, details: readonly JsonObject[]): string | null {
  if (isJsonObject(metadata) && 'flagged_input' in metadata) return 'content_policy_violation';
  return details.some(({ reason }) => reason === 'API_KEY_INVALID') ? 'invalid_api_key' : null;
}

function delayOf(details: readonly JsonObject[]): number | undefined {
  const delay = details.map(({ retryDelay }) => retryDelay).find((value) => typeof value === 'string');
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(typeof delay === 'string' ? delay : '') ?? [];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}

function words(value: JsonValue | undefined): string | null {
  return textOf(value) ?? (typeof value === 'object' && value !== null ? JSON.stringify(value) : null);
}

function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
