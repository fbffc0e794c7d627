import type { Request, RequestHandler, Response } from 'express';
import type { PriceAnswer } from '../../gateway/cost.ts';
import { viewDecision } from '../../gateway/decision-view.ts';
import { type ChatResult, type ChatTools, handleChat } from '../../gateway/handle-chat.ts';
import type { Caller } from '../../gateway/keys.ts';
import { readChatRequest } from '../../protocol/read-chat-request.ts';
import type { StreamAnswer, WholeAnswer } from '../../protocol/upstream-answer.ts';
import { answerHeaders } from '../answer-headers.ts';
import { contextOf, type RequestContext } from '../context.ts';
import { sendError } from '../middleware/errors.ts';
import { relayStream } from '../relay-stream.ts';
import { roundMs } from '../request-entry.ts';

/** `POST /v1/chat/completions`. */
export function chatCompletions(tools: ChatTools, price: PriceAnswer): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const result = await handleChat(tools, exchangeOf(request, context), context.signal);
    context.result = result;
    if (response.destroyed) return;
    context.overheadMs = roundMs(tools.clock.now() - context.startedAt - result.upstreamMs);
    const headers = answerHeaders(context.id, result, context.overheadMs);
    if (result.outcome === 'served') return sendAnswer(result, response, headers, price);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendOutcome(result, response, context.caller);
  };
}

function exchangeOf(request: Request, context: RequestContext) {
  const { id, startedAt, caller } = context;
  if (caller === undefined) throw new Error('a chat request came past `authenticate`');
  const chat = readChatRequest(request.body);
  context.modelAsked = chat.model;
  const dryRun = request.headers['x-llmpolicy-dry-run'] === 'true';
  return { id, startedAt, caller, headers: request.headers, request: chat, dryRun };
}

type Served = Extract<ChatResult, { outcome: 'served' }>;

function sendOutcome(result: Exclude<ChatResult, Served>, response: Response, caller: Caller | undefined): void {
  if (result.outcome === 'dry-run') response.json(viewDecision(result.decision, caller?.debug === true));
  else if (result.outcome !== 'aborted') sendError(response, result.error);
}

async function sendAnswer(
  { model, answer }: Served,
  response: Response,
  headers: Record<string, string>,
  price: PriceAnswer,
): Promise<void> {
  Object.assign(headers, answer.headers);
  if (answer.kind === 'whole') sendWhole(answer, response, headers, price.bind(undefined, model));
  else await sendStream(answer, response, headers, price.bind(undefined, model));
}

type PriceUsage = (usage: WholeAnswer['usage']) => string | undefined;

function sendWhole(answer: WholeAnswer, response: Response, headers: Record<string, string>, price: PriceUsage): void {
  const context = contextOf(response);
  context.usage = answer.usage;
  context.cost = price(answer.usage);
  if (context.cost !== undefined) headers['x-llmpolicy-cost'] = context.cost;
  headers['content-length'] = String(answer.body.length);
  response.writeHead(200, headers).end(answer.body);
}

async function sendStream(
  answer: StreamAnswer,
  response: Response,
  headers: Record<string, string>,
  price: PriceUsage,
): Promise<void> {
  const context = contextOf(response);
  // `no-transform` and `x-accel-buffering` keep proxies from holding events back.
  response.writeHead(200, { ...headers, 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
  const broken = await relayStream(answer, response, context.signal);
  if (context.signal.aborted) return;
  if (broken !== undefined) context.errorCode = broken.code;
  context.usage = answer.usage();
  context.cost = price(context.usage);
  // Headers are gone: what they say of a whole answer, a comment says after a stream.
  if (context.cost !== undefined) response.write(`: x-llmpolicy-cost: ${context.cost}\n\n`);
  response.end();
}
