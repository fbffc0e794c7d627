import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

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
  app: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<RunningServer> {
  const server = createServer({ keepAliveTimeout: keepAliveMs }, app);
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

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
