import type { IncomingMessage } from 'node:http';
import { json, type RequestHandler } from 'express';
import type { GatewayError } from '../../protocol/gateway-error.ts';
import { withoutMark } from '../../protocol/json.ts';
import { notJson, tooLarge, unreadable } from './body-errors.ts';

/**
 * Reads the body as JSON whatever type it claims, as upstreams do. A body in plain UTF-8, which nearly every one is, is read here:
 * Express's reader, which knows encodings and charsets too, takes several times as long.
 */
export function jsonBody(maxBytes: number): RequestHandler {
  const readEncoded = json({ limit: maxBytes, type: () => true, strict: false });
  return (request, response, next) => {
    if (!isPlain(request)) return readEncoded(request, response, next);
    readText(request, maxBytes, (read) => {
      if (typeof read !== 'string') return next(read);
      try {
        // As Express has it: an empty body says nothing, and is not wrong.
        request.body = read === '' ? {} : JSON.parse(read);
      } catch {
        return next(notJson());
      }
      next();
    });
  };
}

const otherCharset = /;\s*charset\s*=\s*"?(?!utf-?8\b)/i;

function isPlain({ headers }: IncomingMessage): boolean {
  const { 'content-encoding': encoding, 'content-type': type } = headers;
  if (encoding !== undefined && encoding !== 'identity') return false;
  return type === undefined || !otherCharset.test(type);
}

/** What an upload is too large by is let pass, so that its sender hears of it; one that goes on for longer is cut off. */
const letPass = 10;

function readText(request: IncomingMessage, maxBytes: number, done: (read: string | GatewayError) => void): void {
  // A body that came with its head lies ready: to be told of each packet of it would cost more than to read it.
  if (request.complete) done(textWithin(packetsOf(request), maxBytes));
  else readComing(request, maxBytes, done);
}

function readComing(request: IncomingMessage, maxBytes: number, done: (read: string | GatewayError) => void): void {
  const packets: Buffer[] = [];
  let size = 0;
  let isOver = false;
  // Listeners stay where they are: to take them away costs more than to let them hear what no longer matters.
  const end = (read: () => string | GatewayError) => {
    if (isOver) return;
    isOver = true;
    done(read());
    packets.length = 0;
  };
  const add = (packet: Buffer) => {
    size += packet.length;
    if (size <= maxBytes) packets.push(packet);
    else packets.length = 0;
    if (size > maxBytes * letPass) end(tooLarge);
  };
  const complete = () => end(() => (size > maxBytes ? tooLarge() : textOf(packets)));
  const fail = () => end(unreadable);
  request.on('data', add).on('end', complete).on('error', fail).on('close', fail);
}

function packetsOf(request: IncomingMessage): Buffer[] {
  const packets: Buffer[] = [];
  let packet: Buffer | null = request.read();
  while (packet !== null) {
    packets.push(packet);
    packet = request.read();
  }
  return packets;
}

function textWithin(packets: readonly Buffer[], maxBytes: number): string | GatewayError {
  const size = packets.reduce((sum, { length }) => sum + length, 0);
  return size > maxBytes ? tooLarge() : textOf(packets);
}

function textOf(packets: readonly Buffer[]): string {
  const [first] = packets;
  const bytes = first !== undefined && packets.length === 1 ? first : Buffer.concat(packets);
  return withoutMark(bytes.toString());
}
