import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from 'redis';
import { until } from './until.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Leaves everybody who asks without an answer. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** A free one unless it is named. */
  readonly port?: number;
  /** Where it keeps everything that it has answered for; on no disk unless it is named. */
  readonly folder?: string;
}

/** Where there is none, the tests that need it are skipped: `npm test` says what to install. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A Redis of the test's own. */
export async function startRedis({ port, folder }: RedisOptions = {}): Promise<RedisServer> {
  const at = port ?? (await freePort());
  const kept = folder === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', 'always'];
  const words = ['--port', String(at), '--bind', '127.0.0.1', '--save', '', ...kept, '--dir', folder ?? '/tmp'];
  const server: ChildProcess = spawn('redis-server', words, { stdio: 'ignore' });
  const ended = once(server, 'exit');
  const url = `redis://127.0.0.1:${at}`;
  await until('Redis', async () => {
    const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined);
    try {
      await client.connect();
      return await client.ping();
    } catch {
      return undefined;
    } finally {
      if (client.isOpen) client.destroy();
    }
  });
  return {
    url,
    port: at,
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async stop() {
      server.kill('SIGKILL');
      await ended;
    },
  };
}
