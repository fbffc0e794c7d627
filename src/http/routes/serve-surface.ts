import { isAscii } from 'node:buffer';
import type { Request, RequestHandler, Response } from 'express';
import { abandonAnswer } from '../../gateway/abandon-answer.ts';
import { viewDecision } from '../../gateway/decision-view.ts';
import { type Exchange, handleRequest, type RequestResult, type RequestTools } from '../../gateway/handle-request.ts';
import type { Caller } from '../../gateway/keys.ts';
import { SentText } from '../../gateway/sent-text.ts';
import type { Surface } from '../../protocol/surface.ts';
import type { StreamAnswer, WholeAnswer } from '../../protocol/upstream-answer.ts';
import { writeMoney } from '../../syntax/quantities.ts';
import { answerHeaders } from '../answer-headers.ts';
import { contextOf, type RequestContext } from '../context.ts';
import { sendError } from '../middleware/errors.ts';
import { relayStream } from '../relay-stream.ts';
import { endRecord, roundMs } from '../request-entry.ts';

/** The one way in, for every API that callers can speak. */
export function serveSurface(surface: Surface, tools: RequestTools): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const exchange = exchangeOf(surface, request, context);
    const result = await handleRequest(tools, exchange, context.signal);
    context.result = result;
    if (response.destroyed) {
      if (result.outcome === 'served') await abandonAnswer(result);
      endRecord(context, 'aborted', tools.clock.now());
      return;
    }
    context.overheadMs = roundMs(tools.clock.now() - context.startedAt - result.upstreamMs);
    const headers = answerHeaders(context.id, result, context.overheadMs);
    if (result.outcome === 'served') return sendAnswer(surface, result, response, headers);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendOutcome(result, response, exchange.caller);
  };
}

/** Reads what a request asks for; a header may ask that nobody be called. */
export function exchangeOf(surface: Surface, request: Request, context: RequestContext): Exchange {
  const { id, startedAt, caller } = context;
  if (caller === undefined) throw new Error('a request came past `authenticate`');
  const asked = surface.readRequest(request.body);
  context.modelAsked = asked.model;
  const dryRun = request.headers['x-llmpolicy-dry-run'] === 'true';
  return { id, startedAt, caller, headers: request.headers, request: asked, dryRun };
}

type Served = Extract<RequestResult, { outcome: 'served' }>;

/** Whatever came of a request that no model answered. */
export function sendOutcome(result: Exclude<RequestResult, Served>, response: Response, caller: Caller): void {
  if (result.outcome === 'dry-run') response.json(viewDecision(result.decision, caller.debug));
  else if (result.outcome !== 'aborted') sendError(response, result.error);
}

async function sendAnswer(
  surface: Surface,
  { answer, end, inputTokens, cache }: Served,
  response: Response,
  headers: Record<string, string>,
): Promise<void> {
  Object.assign(headers, answer.headers);
  // What a stored answer used was used by another request.
  const isUsed = cache?.cached === undefined;
  if (answer.kind === 'whole') sendWhole({ answer, end, isUsed }, response, headers);
  else await sendStream(surface, { answer, end, inputTokens, isUsed }, response, headers);
}

/** `isUsed`: what it says that it used, it used for this request. */
interface Given<Answer> extends Pick<Served, 'end'> {
  readonly answer: Answer;
  readonly isUsed: boolean;
}

/** An amount of money as callers read it: a decimal number in the config's currency. */
const written = (nanos: number | undefined): string | undefined =>
  nanos === undefined ? undefined : writeMoney(nanos, 'USD').slice(1);

function sendWhole(
  { answer, end, isUsed }: Given<WholeAnswer>,
  response: Response,
  headers: Record<string, string>,
): void {
  const context = contextOf(response);
  context.usage = isUsed ? answer.usage : undefined;
  context.cost = written(end(context.usage));
  if (context.cost !== undefined) headers['x-llmpolicy-cost'] = context.cost;
  headers['content-length'] = String(answer.body.length);
  response.writeHead(200, headers);
  // Text goes out together with the headers, in one write and not in two.
  if (isAscii(answer.body)) response.end(asciiText(answer.body), 'latin1');
  else response.end(answer.body);
}

function asciiText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

async function sendStream(
  surface: Surface,
  { answer, end, inputTokens, isUsed }: Given<StreamAnswer> & Pick<Served, 'inputTokens'>,
  response: Response,
  headers: Record<string, string>,
): Promise<void> {
  const context = contextOf(response);
  const sent = new SentText();
  // `no-transform` and `x-accel-buffering` keep proxies from holding events back.
  response.writeHead(200, { ...headers, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
  const broken = await relayStream(answer, surface.errors, response, context.signal, sent).finally(() => {
    context.usage = isUsed ? (answer.usage() ?? sent.usage(inputTokens)) : undefined;
    context.cost = written(end(context.usage));
  });
  if (context.signal.aborted) return;
  if (broken !== undefined) context.errorCode = broken.code;
  // Headers are gone: what they say of a whole answer, a comment says after a stream.
  const told = context.usage?.estimated ? undefined : context.cost;
  response.end(told === undefined ? undefined : `: x-llmpolicy-cost: ${told}\n\n`);
}
