import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface RunningServer {
  /** Where it listens, with the port it was given: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more requests and lets those in flight end; after `graceMs` it cuts them off. */
  close(graceMs?: number): Promise<void>;
}

/** Longer than load balancers keep an idle connection: it is theirs to close, or they send into a closed one. */
const keepAliveMs = 65_000;
const defaultGraceMs = 10_000;
const sweepEveryMs = 50;

/** Resolves when it listens; rejects where it cannot, with the system's reason (`EADDRINUSE`, `EACCES`). */
export async function startServer(
  app: Express,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<RunningServer> {
  const server = createServer({ keepAliveTimeout: keepAliveMs, ...bornExpress(app) }, app);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: urlOf(server.address() as AddressInfo),
    async close(graceMs = defaultGraceMs) {
      const closed = once(server, 'close');
      server.close();
      // A connection whose last answer has just ended is kept open for more, which will not come.
      const sweep = setInterval(() => server.closeIdleConnections(), sweepEveryMs);
      const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cutOff);
    },
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

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
