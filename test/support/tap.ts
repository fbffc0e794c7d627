import { once } from 'node:events';
import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What went over the wire between the gateway and an upstream, once. */
export interface TappedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The raw bytes of the request's body. */
  readonly body: Buffer;
}

export interface Tap {
  readonly url: string;
  readonly calls: TappedCall[];
  close(): Promise<void>;
}

/** Stands between the gateway and an upstream, passes every byte on, and keeps those of the requests. */
export async function openTap(upstream: string): Promise<Tap> {
  const { hostname, port } = new URL(upstream);
  const calls: TappedCall[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url: path = '', headers } = incoming;
    calls.push({ method, path, headers, body });
    const onward = sendRequest({ hostname, port, method, path, headers: { ...headers, host: `${hostname}:${port}` } });
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    onward.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
