import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler } from 'express';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonBody } from '../../src/http/middleware/body.ts';
import { requestError } from '../../src/http/middleware/body-errors.ts';
import { GatewayError } from '../../src/protocol/gateway-error.ts';

const maxBytes = 10_000;

/** Says what it has read, or the code of why it could not. */
const answerError: ErrorRequestHandler = (thrown, _request, response, _next) => {
  const error = thrown instanceof GatewayError ? thrown : requestError(thrown);
  response.status(error?.status ?? 500).json({ code: error?.code });
};

const app = express()
  .post('/', jsonBody(maxBytes), (request, response) => void response.json({ read: request.body }))
  .use(answerError);
const server = app.listen(0, '127.0.0.1');
let url = '';

beforeAll(async () => {
  if (!server.listening) await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());

async function send(body: RequestInit['body'], headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
  return { status: response.status, body: await response.json() };
}

/** As it comes when nobody knows its length. */
function inPackets(bytes: Uint8Array, size: number): ReadableStream {
  return ReadableStream.from(
    (function* packets() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
}

describe('the body of a request', () => {
  it('is read as the JSON that it is, in whatever packets it comes', async () => {
    const json = fc.jsonValue().filter((value) => JSON.stringify(value).length < maxBytes / 4);
    await fc.assert(
      fc.asyncProperty(json, fc.integer({ min: 1, max: 50 }), async (value, size) => {
        const bytes = Buffer.from(JSON.stringify(value));
        // A zero that is negative is none in JSON.
        const read = JSON.parse(bytes.toString());
        expect(await send(inPackets(bytes, size))).toEqual({ status: 200, body: { read } });
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['without a type', {}],
    ['in UTF-8, as its type says', { 'content-type': 'text/plain; charset="UTF-8"' }],
    ['as it is, as its encoding says', { 'content-encoding': 'identity' }],
  ])('is read %s', async (_, headers: Record<string, string>) => {
    expect((await send(Buffer.from('{"a":"é"}'), headers)).body).toEqual({ read: { a: 'é' } });
  });

  it('is read when it is compressed, and in another charset', async () => {
    expect((await send(gzipSync('{"a":1}'), { 'content-encoding': 'gzip' })).body).toEqual({ read: { a: 1 } });
    const utf16 = Buffer.from('{"a":1}', 'utf16le');
    const headers = { 'content-type': 'application/json; charset=utf-16le' };
    expect((await send(utf16, headers)).body).toEqual({ read: { a: 1 } });
  });

  it('may begin with a byte order mark', async () => {
    expect((await send('\uFEFF{"a":1}')).body).toEqual({ read: { a: 1 } });
  });

  it('may be empty', async () => {
    expect((await send('')).body).toEqual({ read: {} });
  });

  it.each([
    ['half a JSON', '{"a":', 400, 'invalid_json'],
    ['more than is taken', `"${'x'.repeat(maxBytes)}"`, 413, 'request_too_large'],
    ['far more than is taken', `"${'x'.repeat(maxBytes * 20)}"`, 413, 'request_too_large'],
  ])('is refused where it is %s', async (_, text, status, code) => {
    expect(await send(text)).toEqual({ status, body: { code } });
    expect(await send(inPackets(Buffer.from(text), 1000))).toEqual({ status, body: { code } });
  });

  it('is refused in an encoding or charset that nobody knows', async () => {
    for (const headers of [{ 'content-encoding': 'rot13' }, { 'content-type': 'application/json; charset=klingon' }]) {
      expect(await send('{}', headers as Record<string, string>)).toEqual({
        status: 415,
        body: { code: 'unsupported_encoding' },
      });
    }
  });
});
