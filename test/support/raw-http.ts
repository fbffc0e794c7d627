import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 where the connection was closed without a word. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Writes bytes on a bare connection, says no more, and reads until there is a whole answer, or the other side hangs up or has been silent for a while. */
export async function sayRaw(url: string, ...parts: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let heard = '';
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.on('data', (data: Buffer) => {
      heard += data.toString('latin1');
      if (isWhole(readAnswer(heard))) resolve();
    });
    socket.once('close', () => resolve());
    socket.once('end', () => resolve());
    socket.setTimeout(silenceMs, resolve);
  });
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  await closed;
  socket.destroy();
  return readAnswer(heard);
}

const silenceMs = 30_000;

function isWhole({ head, body }: RawAnswer): boolean {
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return length !== undefined && body.length >= Number(length);
}

function readAnswer(text: string): RawAnswer {
  // What only says that the body may come is not yet an answer.
  const said = text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  const [head = '', ...rest] = said.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}
