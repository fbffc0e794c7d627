import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
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

/** Below those that systems give away by themselves: a server that was stopped finds its own free when it comes back. */
const ports = { from: 20_000, to: 32_000 } as const;

const running = new Set<ChildProcess>();
// Of a test that failed nobody stops its servers.
process.once('exit', () => {
  for (const server of running) server.kill('SIGKILL');
});

/** Undefined where Redis ended, as it does where its port is taken. */
async function startAt(port: number, words: readonly string[]): Promise<ChildProcess | undefined> {
  const at = ['--port', String(port), '--bind', '127.0.0.1'];
  const server = spawn('redis-server', [...at, ...words], { stdio: 'ignore' });
  running.add(server);
  server.once('exit', () => running.delete(server));
  const answers = await until('Redis', async () => (server.exitCode === null ? isAnswering(server, port) : false));
  return answers ? server : undefined;
}

/** Whether it is this process that answers there, and no other one; undefined while nobody does. */
async function isAnswering({ pid }: ChildProcess, port: number): Promise<true | undefined> {
  const url = `redis://127.0.0.1:${port}`;
  const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined);
  try {
    await client.connect();
    return (await client.info('server')).includes(`process_id:${pid}\r\n`) || undefined;
  } catch {
    return undefined;
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** A Redis of the test's own. */
export async function startRedis({ port, folder }: RedisOptions = {}): Promise<RedisServer> {
  const kept = folder === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', 'always'];
  const words = ['--save', '', ...kept, '--dir', folder ?? '/tmp'];
  const { server, at } = await until('a port for Redis', async () => {
    const tried = port ?? randomInt(ports.from, ports.to);
    const started = await startAt(tried, words);
    return started && { server: started, at: tried };
  });
  const ended = once(server, 'exit');
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async stop() {
      server.kill('SIGKILL');
      await ended;
    },
  };
}
