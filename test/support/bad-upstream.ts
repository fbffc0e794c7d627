import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface BadUpstream {
  readonly url: string;
  /** The bytes that it got rid of in all. */
  readonly sent: () => number;
  /** The same, of connections that are still open. */
  readonly sentSoFar: () => number;
  /** Resolves when every connection is closed. */
  readonly left: () => Promise<void>;
}

/** An upstream that writes what one test says on the bare connection, once a request is there. */
export async function startBadUpstream(
  answer: (socket: Socket, request: string) => void | Promise<void>,
): Promise<BadUpstream> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sent += socket.bytesWritten - socket.writableLength;
      sockets.delete(socket);
    });
    socket.once('data', async (request: Buffer) => {
      socket.resume();
      await answer(socket, request.toString());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    sentSoFar: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten - socket.writableLength, sent),
    left: async () => {
      for (const socket of sockets) await new Promise((resolve) => socket.once('close', resolve));
    },
  };
}

/** The head of an answer, to its blank line. */
export function head(type: string | null, { status = 200, more = '' } = {}): string {
  const typed = type === null ? '' : `content-type: ${type}\r\n`;
  return `HTTP/1.1 ${status} Whatever\r\n${typed}${more}connection: close\r\n\r\n`;
}

/** Says everything, and hangs up. */
export function saying(...parts: readonly (string | Uint8Array)[]) {
  return (socket: Socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
}

/** Says the beginning, then the same again and again, until the other side hangs up. */
export function flooding(beginning: string, again: string) {
  return async (socket: Socket) => {
    socket.write(beginning);
    while (!socket.destroyed) {
      if (!socket.write(again)) await roomIn(socket);
    }
  };
}

function roomIn(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}
