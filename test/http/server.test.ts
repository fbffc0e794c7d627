import { once } from 'node:events';
import { connect } from 'node:net';
import express, { type RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../src/http/server.ts';

const appOf = (handler: RequestHandler) => express().use(handler);

const bounds = { keepAliveMs: 65_000, headerTimeoutMs: 10_000, bodyTimeoutMs: 30_000, maxHeaderBytes: 16_000 };
const local = { host: '127.0.0.1', port: 0, ...bounds };

describe('a server', () => {
  it('lets requests in flight end when it is told to stop', async () => {
    const arrived = Promise.withResolvers<void>();
    const mayAnswer = Promise.withResolvers<void>();
    const server = await startServer(
      appOf(async (_request, response) => {
        arrived.resolve();
        await mayAnswer.promise;
        response.end('whole');
      }),
      local,
    );
    const inFlight = fetch(server.url);
    await arrived.promise;
    const closing = server.close();
    mayAnswer.resolve();
    expect(await (await inFlight).text()).toBe('whole');
    await closing;
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('cuts off what does not end in time', async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await startServer(
      appOf(() => arrived.resolve()),
      local,
    );
    const inFlight = fetch(server.url);
    await arrived.promise;
    await Promise.all([server.close(1), expect(inFlight).rejects.toThrow()]);
  });

  it('says why it cannot listen', async () => {
    const first = await startServer(express(), local);
    const port = Number(new URL(first.url).port);
    await expect(startServer(express(), { ...local, port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await first.close();
  });

  it('leaves nothing open of callers that hang up as soon as they have asked', async () => {
    let open = 0;
    const server = await startServer(
      appOf((_request, response) => {
        open++;
        response.on('close', () => open--);
      }),
      local,
    );
    const port = Number(new URL(server.url).port);
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        await once(socket, 'connect');
        socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n', () => {
          if (index % 2 === 0) socket.destroy();
          else socket.resetAndDestroy();
        });
        await once(socket, 'close');
      }),
    );
    await expect.poll(() => open).toBe(0);
    await server.close(1);
  });
});
