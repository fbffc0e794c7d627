import { isAscii } from 'node:buffer';
import type { Request, RequestHandler, Response } from 'express';
import { abandonAnswer } from '../../gateway/abandon-answer.ts';
import { viewDecision } from '../../gateway/decision-view.ts';
import type { Exchange, RequestResult } from '../../gateway/exchange.ts';
import { handleRequest } from '../../gateway/handle-request.ts';
import type { Caller } from '../../gateway/keys.ts';
import { SentText } from '../../gateway/sent-text.ts';
import { BrokenStream } from '../../protocol/broken-stream.ts';
import type { GatewayError } from '../../protocol/gateway-error.ts';
import type { Surface } from '../../protocol/surface.ts';
import type { StreamAnswer, WholeAnswer } from '../../protocol/upstream-answer.ts';
import { answerHeaders, type HeaderList, setHeaders } from '../answer-headers.ts';
import { contextOf, type RequestContext } from '../context.ts';
import { sendError } from '../middleware/errors.ts';
import { relayStream } from '../relay-stream.ts';
import { endRecord, roundMs, writtenCost } from '../request-entry.ts';
import { expectReading } from '../stalled-caller.ts';

/** The one way in, for every API that callers can speak. */
export function serveSurface(surface: Surface): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const { tools } = context.running;
    const exchange = exchangeOf(surface, request, context);
    const result = await handleRequest(tools, exchange, context.signal);
    context.result = result;
    if (response.destroyed) {
      if (result.outcome === 'served') context.settled = await abandonAnswer(result);
      endRecord(context, 'aborted', tools.clock.now());
      return;
    }
    context.overheadMs = roundMs(tools.clock.now() - context.startedAt - result.upstreamMs);
    const headers = answerHeaders(context.id, result, context.overheadMs);
    if (result.outcome === 'served') return await sendAnswer(surface, result, response, headers);
    setHeaders(response, headers);
    sendOutcome(result, response, exchange.caller);
  };
}

/** Reads what a request asks for; a header may ask that nobody be called. */
export function exchangeOf(surface: Surface, request: Request, context: RequestContext): Exchange {
  const { id, isOwnId, startedAt, caller } = context;
  if (caller === undefined) throw new Error('a request came past `authenticate`');
  const asked = surface.readRequest(request.body);
  context.modelAsked = asked.model;
  const dryRun = request.headers['x-llmpolicy-dry-run'] === 'true';
  return { id, isOwnId, startedAt, caller, headers: request.headers, request: asked, dryRun };
}

type Served = Extract<RequestResult, { outcome: 'served' }>;

/** Whatever came of a request that no model answered. */
export function sendOutcome(result: Exclude<RequestResult, Served>, response: Response, caller: Caller): void {
  if (result.outcome === 'dry-run') response.json(viewDecision(result.decision, caller.debug));
  else if (result.outcome !== 'aborted') sendError(response, result.error);
}

function sendAnswer(
  surface: Surface,
  { answer, end }: Served,
  response: Response,
  headers: HeaderList,
): void | Promise<void> {
  for (const name of Object.keys(answer.headers)) headers.push(name, answer.headers[name] ?? '');
  if (answer.kind === 'whole') sendWhole(answer, response, headers, end);
  else return sendStream(surface, answer, response, headers, end);
}

type End = Served['end'];

/** Callers are told what their answer cost where somebody counted. */
const costTold = (context: RequestContext): string | undefined =>
  context.settled?.usage.estimated ? undefined : writtenCost(context);

const systemHolds = 64 * 1024;

function sendWhole(answer: WholeAnswer, response: Response, headers: HeaderList, end: End): void {
  const context = contextOf(response);
  context.settled = end(answer.usage, answer.body);
  const cost = costTold(context);
  if (cost !== undefined) headers.push('x-llmpolicy-cost', cost);
  headers.push('content-length', String(answer.body.length));
  response.writeHead(200, headers);
  // Text goes out together with the headers, in one write and not in two.
  if (isAscii(answer.body)) response.end(asciiText(answer.body), 'latin1');
  else response.end(answer.body);
  // What is less the system takes off our hands.
  if (answer.body.length > systemHolds) expectReading(response);
}

function asciiText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

async function sendStream(
  surface: Surface,
  answer: StreamAnswer,
  response: Response,
  headers: HeaderList,
  end: End,
): Promise<void> {
  const context = contextOf(response);
  const sent = new SentText();
  // `no-transform` and `x-accel-buffering` keep proxies from holding events back.
  headers.push('cache-control', 'no-cache, no-transform', 'x-accel-buffering', 'no');
  response.writeHead(200, headers);
  let broken: GatewayError | undefined;
  try {
    broken = await relayStream(answer, surface.errors, response, context.signal, sent);
  } finally {
    context.settled = end(answer.usage(), sent, broken instanceof BrokenStream ? broken.failure : undefined);
  }
  if (context.signal.aborted) return;
  if (broken !== undefined) context.errorCode = broken.code;
  // Headers are gone: what they say of a whole answer, a comment says after a stream.
  const told = costTold(context);
  response.end(told === undefined ? undefined : `: x-llmpolicy-cost: ${told}\n\n`);
}
