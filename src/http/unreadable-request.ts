import { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { openAiErrors } from '../protocol/chat/errors.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { anthropicErrors } from '../protocol/messages/errors.ts';
import { anthropicPath } from './error-shape.ts';

const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [408, 'Request Timeout'],
  [431, 'Request Header Fields Too Large'],
]);

/** What never became a request is answered on its bare connection, in the shape of the API that it seems to have meant, and hung up on. */
export function answerUnreadable(error: Error, socket: Duplex): void {
  if (!socket.writable || hasBegunAnswer(socket)) {
    socket.destroy();
    return;
  }
  const refusal = refusalOf('code' in error ? String(error.code) : '');
  const shape = meantAnthropic(error, socket) ? anthropicErrors : openAiErrors;
  const body = JSON.stringify(shape.render(refusal, false));
  socket.end(
    `HTTP/1.1 ${refusal.status} ${reasons.get(refusal.status)}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-should-retry: false\r\nconnection: close\r\n\r\n${body}`,
    // Whoever goes on sending is not listened to.
    () => socket.destroy(),
  );
}

/** What is being answered on this connection: Node keeps it in this field, and asks it the same itself. */
function answering(socket: Duplex): object | undefined {
  const answer: unknown = Reflect.get(socket, '_httpMessage');
  return typeof answer === 'object' && answer !== null ? answer : undefined;
}

/** Another answer is on its way: in its midst nothing else can be said. */
function hasBegunAnswer(socket: Duplex): boolean {
  const answer = answering(socket);
  return answer !== undefined && Reflect.get(answer, 'headersSent') === true;
}

function refusalOf(code: string): GatewayError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new GatewayError('headers_too_large', 'the head of the request is too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new GatewayError('request_timeout', 'the request did not come in time');
  return new GatewayError('invalid_request', 'this is not an HTTP request that can be read');
}

/** By the head of the request that came in part, or by its first bytes. */
function meantAnthropic(error: Error, socket: Duplex): boolean {
  const answer = answering(socket);
  const request: unknown = answer && Reflect.get(answer, 'req');
  if (request instanceof IncomingMessage) return anthropicPath.test(request.url ?? '');
  const packet: unknown = 'rawPacket' in error ? error.rawPacket : undefined;
  if (!(packet instanceof Uint8Array)) return false;
  const [, path = ''] = Buffer.from(packet.subarray(0, 64)).toString('latin1').split(' ');
  return anthropicPath.test(path);
}
