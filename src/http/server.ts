import { once } from 'node:events';
import { createServer, IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Express } from 'express';
import type { ServerConfig } from '../config/config.ts';
import { endOfTurn } from '../providers/end-of-turn.ts';
import { answerUnreadable } from './unreadable-request.ts';

/** A certificate and its key, in PEM. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

type Bounds = Pick<ServerConfig, 'keepAliveMs' | 'headerTimeoutMs' | 'bodyTimeoutMs' | 'maxHeaderBytes'>;

export interface ServerOptions extends Pick<ServerConfig, 'host' | 'port'>, Bounds {
  /** Undefined for plain HTTP. */
  readonly tls?: TlsPair | undefined;
}

export interface RunningServer {
  /** Where it listens, with the port it was given: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** For connections from now on. Throws where the pair is none. */
  replaceTls(pair: TlsPair): void;
  /**
   * Takes no more requests and lets those in flight end. After `graceMs` it cuts them off: with `cutOff`, which makes them end by
   * themselves, and those that still do not, for good.
   */
  close(graceMs?: number, cutOff?: () => void): Promise<void>;
}

const defaultGraceMs = 10_000;
const sweepEveryMs = 50;
/** For last words, where a request is cut off. */
const lastWordsMs = 1000;

/** Resolves when it listens; rejects where it cannot, with the system's reason (`EADDRINUSE`, `EACCES`). */
export async function startServer(app: Express, { host, port, tls, ...bounds }: ServerOptions): Promise<RunningServer> {
  const options = { ...nodeBounds(bounds), ...bornExpress(app) };
  const begin = sideBySide(app);
  const server = tls === undefined ? createServer(options, begin) : createSecureServer({ ...options, ...tls }, begin);
  server.on('clientError', answerUnreadable);
  // What is expected beside `100-continue` may be passed over: RFC 9110, section 10.1.1.
  server.on('checkExpectation', begin);
  server.on('connect', (_request, socket) => answerUnreadable(new Error('nothing is tunnelled'), socket));
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: urlOf(server.address() as AddressInfo, tls === undefined ? 'http' : 'https'),
    replaceTls({ cert, key }) {
      if (server instanceof SecureServer) server.setSecureContext({ cert, key });
    },
    close: (graceMs = defaultGraceMs, cutOff = () => undefined) => closeServer(server, graceMs, cutOff),
  };
}

async function closeServer(server: Server, graceMs: number, cutOff: () => void): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection whose last answer has just ended is kept open for more, which will not come.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepEveryMs);
  let last: NodeJS.Timeout | undefined;
  const grace = setTimeout(() => {
    cutOff();
    last = setTimeout(() => server.closeAllConnections(), Math.min(lastWordsMs, graceMs));
  }, graceMs);
  await closed;
  // Requests that were left in this turn are taken down at its end.
  await setImmediate();
  clearInterval(sweep);
  clearTimeout(grace);
  clearTimeout(last);
}

/** How often Node looks for requests that take too long to come. */
const longestBetweenLooksMs = 5000;

function nodeBounds({ keepAliveMs, headerTimeoutMs, bodyTimeoutMs, maxHeaderBytes }: Bounds) {
  return {
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headerTimeoutMs,
    requestTimeout: Math.max(headerTimeoutMs, bodyTimeoutMs),
    maxHeaderSize: maxHeaderBytes,
    // Node would say so without a word of the API: `requestContext` does.
    requireHostHeader: false,
    connectionsCheckingInterval: Math.ceil(Math.min(longestBetweenLooksMs, headerTimeoutMs / 2)),
  };
}

/** Requests of one turn are begun one after another; one that was hung up on meanwhile is not. */
function sideBySide(app: Express): RequestListener {
  return (request, response) => {
    void endOfTurn().then(() => {
      if (!response.destroyed) app(request, response);
    });
  };
}

/**
 * Express gives every request and response its own prototype when they come in, after which V8 has to learn anew what they are. Of these
 * classes they have it from the beginning.
 */
function bornExpress(app: Express) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  Object.assign(app, { request: ExpressRequest.prototype, response: ExpressResponse.prototype });
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}

function urlOf({ address, family, port }: AddressInfo, scheme: string): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
