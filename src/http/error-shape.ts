import type { Request } from 'express';
import { openAiErrors } from '../protocol/chat/errors.ts';
import { anthropicErrors } from '../protocol/messages/errors.ts';
import type { ErrorShape } from '../protocol/surface.ts';

/** Anthropic's paths, those that this gateway does not serve included. */
export const anthropicPath = /^\/v1\/(?:messages|complete|organizations|skills)(?:\/|$)/;

/** Whether a caller speaks Anthropic's API: its paths are its own, except those that have the name of one of OpenAI's. */
export function speaksAnthropic({ path, headers }: Pick<Request, 'path' | 'headers'>): boolean {
  return anthropicPath.test(path) || headers['anthropic-version'] !== undefined;
}

/** The shape of the API that was called, known before anything of the request is read. */
export function errorShapeFor(request: Pick<Request, 'path' | 'headers'>): ErrorShape {
  return speaksAnthropic(request) ? anthropicErrors : openAiErrors;
}
