import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { isJsonObject } from '../../protocol/json.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { badResponse, brokenCall, FailedCall, saidFailure, wordsOnly } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';

/** What went wrong in a translated call: the upstream's own failure, or what could not be said to it or understood of it. */
export function translationFailure(error: unknown, deadline: Deadline, secrets: readonly string[]): UpstreamFailure {
  if (deadline.signal.aborted || isOfTheCall(error)) return brokenCall(error, deadline);
  if (error instanceof GatewayError) return badRequest(error.message, error.param);
  if (isNotTranslatable(error)) return badRequest(cleanWords(error.message, secrets), null);
  if (error instanceof Error)
    return badResponse(cleanWords(`an answer that cannot be read: ${error.message}`, secrets));
  const said = isJsonObject(error) ? saidFailure({ error }, secrets) : undefined;
  return said ?? badResponse(cleanWords(`an error in the stream: ${JSON.stringify(error)}`, secrets));
}

/** The upstream failed, or the way to it did. */
function isOfTheCall(error: unknown): boolean {
  if (error instanceof FailedCall) return true;
  if (!(error instanceof Error)) return false;
  return isOfTheCall(error.cause) || ('code' in error && !APICallError.isInstance(error));
}

function isNotTranslatable(error: unknown): error is Error {
  return (
    UnsupportedFunctionalityError.isInstance(error) ||
    InvalidPromptError.isInstance(error) ||
    InvalidArgumentError.isInstance(error)
  );
}

function badRequest(message: string, param: string | null): UpstreamFailure {
  return { ...wordsOnly('bad_request', message), status: 400, param };
}
