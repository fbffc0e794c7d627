import { once } from 'node:events';
import { createServer } from 'node:http';
import { createClient } from 'redis';

export interface RestBridge {
  readonly url: string;
  readonly token: string;
  /** How many of the next commands are carried out and their connection then dropped without an answer. */
  drop(count: number): void;
  dropped(): number;
  stop(): Promise<void>;
}

/** Upstash's REST interface before a Redis: a command as a JSON array, or several to `/pipeline`, answered as `{ result }`. */
export async function startRestBridge(redisUrl: string): Promise<RestBridge> {
  const redis = createClient({ url: redisUrl }).on('error', () => undefined);
  await redis.connect();
  const token = 'bridge-token';
  let toDrop = 0;
  let dropped = 0;
  const encode = (value: unknown): unknown => {
    if (typeof value === 'string') return Buffer.from(value).toString('base64');
    return Array.isArray(value) ? value.map(encode) : value;
  };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ error: 'Unauthorized' }));
    }
    const wantsBase64 = request.headers['upstash-encoding'] === 'base64';
    const run = async (command: readonly unknown[]): Promise<object> => {
      try {
        const result = await redis.sendCommand(command.map(String));
        return { result: wantsBase64 ? encode(result) : result };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    };
    const body = JSON.parse(Buffer.concat(parts).toString());
    const answer = request.url === '/pipeline' ? await Promise.all(body.map(run)) : await run(body);
    if (toDrop > 0) {
      toDrop--;
      dropped++;
      return request.socket.destroy();
    }
    response.writeHead('error' in answer ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    drop: (count) => {
      toDrop = count;
    },
    dropped: () => dropped,
    async stop() {
      server.closeAllConnections();
      server.close();
      redis.destroy();
    },
  };
}
