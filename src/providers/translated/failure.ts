import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { UpstreamFailure } from '../../protocol/upstream-answer.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { badResponse, brokenCall, FailedCall, saidFailure, wordsOnly } from '../upstream/failure.ts';
import { cleanWords } from '../upstream/upstream-words.ts';

/** What went wrong in a translated call: the upstream's own failure, or what could not be said to it or understood of it. */
export function translationFailure(error: unknown, deadline: Deadline, secrets: readonly string[]): UpstreamFailure {
  if (deadline.aborted || isOfTheCall(error)) return brokenCall(error, deadline);
  if (error instanceof GatewayError) return badRequest(error.message, error.param);
  if (isNotTranslatable(error)) return badRequest(cleanWords(error.message, secrets), null);
  const found = errorObjectIn(saidBehind(error));
  const said = found && saidFailure({ error: found }, secrets);
  return said ?? badResponse(cleanWords(`an answer that cannot be read: ${wordsOf(error)}`, secrets));
}

/** What the upstream wrote, behind what the AI SDK makes of it. */
function saidBehind(error: unknown): unknown {
  if (APICallError.isInstance(error)) return error.data;
  return TypeValidationError.isInstance(error) ? error.value : error;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}

/** What an upstream said in the midst of its answer, under the names that vendors give it. */
function errorObjectIn(value: unknown): JsonObject | undefined {
  if (!isJsonObject(value) || value instanceof Error) return undefined;
  const { response, error, message } = value;
  if (isJsonObject(error)) return error;
  if (isJsonObject(response)) return errorObjectIn(response);
  return typeof message === 'string' ? value : undefined;
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
