/** Requests that are no HTTP, or HTTP that nobody should send: bytes for a bare connection, by a name that a failed test shows. */
export function malformedHttp(
  path: string,
  body: string,
): readonly (readonly [kind: string, bytes: string | Uint8Array])[] {
  const line = `POST ${path} HTTP/1.1\r\n`;
  const host = 'host: a\r\n';
  const length = `content-length: ${Buffer.byteLength(body)}\r\n`;
  const with_ = (headers: string, rest = body) => `${line}${host}${headers}\r\n${rest}`;
  return [
    ['no HTTP', 'hello\r\n\r\n'],
    ['a version that does not exist', `POST ${path} HTTP/3.7\r\n${host}\r\n`],
    ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS on a plain port', Uint8Array.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])],
    ['zero bytes', new Uint8Array(64)],
    ['a method that does not exist', `BREW ${path} HTTP/1.1\r\n${host}\r\n`],
    ['a lower-case method', `post ${path} HTTP/1.1\r\n${host}\r\n`],
    ['a request without a path', `POST  HTTP/1.1\r\n${host}\r\n`],
    ['a path with a blank', `POST ${path} x HTTP/1.1\r\n${host}\r\n`],
    ['a path that cannot be decoded', `POST ${path}/%zz%E0%A4 HTTP/1.1\r\n${host}${length}\r\n${body}`],
    ['a path with zero bytes', `POST ${path}/%00 HTTP/1.1\r\n${host}${length}\r\n${body}`],
    ['a path that climbs', `POST ${path}/../../../etc/passwd HTTP/1.1\r\n${host}${length}\r\n${body}`],
    ['a path of another host', `POST http://example.org${path}/x HTTP/1.1\r\n${host}${length}\r\n${body}`],
    ['a path too long', `POST ${path}?${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`],
    ['a star for a path', `POST * HTTP/1.1\r\n${host}${length}\r\n${body}`],
    ['no host', `${line}${length}\r\n${body}`],
    ['two hosts', `${line}${host}host: b\r\n${length}\r\n${body}`],
    ['a header without a colon', with_(`x-one\r\n${length}`)],
    ['a header without a name', with_(`: x\r\n${length}`)],
    ['a header with a blank before its colon', with_(`x-one : 1\r\n${length}`)],
    ['a header with a zero byte', with_(`x-one: a\u0000b\r\n${length}`)],
    ['a header over two lines', with_(`x-one: a\r\n b\r\n${length}`)],
    ['lines that end in line feeds', `POST ${path} HTTP/1.1\nhost: a\n\n`],
    ['a header too large', with_(`x-one: ${'x'.repeat(20_000)}\r\n`, '')],
    ['too many headers', with_(`${'x: 1\r\n'.repeat(4000)}`, '')],
    ['a length that is no number', with_('content-length: many\r\n')],
    ['a negative length', with_('content-length: -1\r\n')],
    ['a length beyond numbers', with_(`content-length: ${'9'.repeat(30)}\r\n`)],
    ['two lengths', with_(`content-length: 1\r\n${length}`)],
    ['a length and chunks', with_(`transfer-encoding: chunked\r\n${length}`, `1\r\n{\r\n0\r\n\r\n`)],
    ['an encoding of transfer that nobody knows', with_('transfer-encoding: rot13\r\n')],
    ['chunks without a size', with_('transfer-encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n')],
    ['a chunk of a negative size', with_('transfer-encoding: chunked\r\n', '-1\r\n{}\r\n0\r\n\r\n')],
    ['a chunk of an endless size', with_('transfer-encoding: chunked\r\n', `${'f'.repeat(20)}\r\n{}`)],
    ['a chunk that is longer than it says', with_('transfer-encoding: chunked\r\n', `1\r\n{}{}\r\n0\r\n\r\n`)],
    ['an expectation that nobody meets', with_(`expect: a-miracle\r\n${length}`)],
    ['a tunnel', `CONNECT example.org:443 HTTP/1.1\r\n${host}\r\n`],
    ['a trace', `TRACE ${path} HTTP/1.1\r\n${host}\r\n`],
    ['a body that does not come', with_(`content-length: 5000\r\n`, '{"a":')],
    ['a head that does not end', `${line}${host}x-one: `],
  ];
}
