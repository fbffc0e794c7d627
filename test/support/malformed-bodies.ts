import { seededChance } from './faulty-upstream.ts';

/** A way to be wrong, by a name that a failed test shows. */
export interface BadBody {
  readonly kind: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** No reading of it is right: it may not be served. */
  readonly isHopeless: boolean;
}

const deep = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

/** Texts that are no JSON, however they are read. */
const broken: readonly (readonly [kind: string, body: string | Uint8Array])[] = [
  ['words', 'hello'],
  ['an open object', '{'],
  ['an open text', '{"model":"echo'],
  ['single quotes', "{'model':'echo'}"],
  ['a trailing comma', '{"model":"echo",}'],
  ['a comment', '{"model":"echo" /* which */}'],
  ['no comma', '{"model":"echo" "stream":true}'],
  ['NaN', '{"model":"echo","temperature":NaN}'],
  ['Infinity', '{"model":"echo","temperature":Infinity}'],
  ['undefined', 'undefined'],
  ['a hexadecimal number', '{"n":0x10}'],
  ['a leading zero', '{"n":01}'],
  ['a control character in a text', '{"model":"a\u0000b"}'],
  ['a bad escape', '{"model":"\\x"}'],
  ['half an escape', '{"model":"\\u12"}'],
  ['two values', '{"model":"echo"}{"model":"echo"}'],
  ['a form', 'model=echo&messages=hi'],
  ['XML', '<?xml version="1.0"?><model>echo</model>'],
  ['deep objects without an end', '{"a":'.repeat(20_000)],
  ['deep lists without an end', '['.repeat(100_000)],
  ['bytes that are no UTF-8', Uint8Array.from([0xff, 0xfe, 0xfd, 0x7b, 0x22])],
  ['a zero byte', Uint8Array.from([0])],
  ['UTF-16', Buffer.from('{"model":"echo"}', 'utf16le')],
];

/** JSON that is no request to any API. */
const noRequest: readonly (readonly [kind: string, body: string])[] = [
  ['null', 'null'],
  ['true', 'true'],
  ['a number', '17'],
  ['a text', '"hello"'],
  ['a list', '[]'],
  ['a list of requests', '[{"model":"echo"}]'],
  ['an empty object', '{}'],
  ['nothing', ''],
  ['blanks', ' \r\n\t '],
  ['deep lists', deep(5000, '[', ']')],
  ['deep objects', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`],
];

/** Values that hardly any field may have. */
const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  -0.000001,
  '',
  'x',
  'ü€𐍈\ud800',
  'x'.repeat(10_000),
  [],
  {},
  [null],
  [[]],
  [{}],
  ['x', 1, null],
  { type: 'x' },
  { __proto__: null, constructor: 1, toString: 'x' },
  { role: 'user' },
  [{ role: 'x', content: 1 }],
  [{ type: 'nobody-knows', value: {} }],
  [{ role: 'user', content: [{ type: 'image_url', image_url: 1 }] }],
  [{ role: 'user', content: [{ type: 'text' }] }],
];

const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '', ' ', 'ключ', 'a.b', '$ref'];

const asText = (value: unknown) => Buffer.from(JSON.stringify(value));

/** The request with one field, at any depth, in an odd form or missing. */
function* mutated(request: Readonly<Record<string, unknown>>): Generator<readonly [string, Buffer]> {
  for (const field of Object.keys(request)) {
    const { [field]: _gone, ...rest } = request;
    yield [`without ${field}`, asText(rest)];
    for (const [index, value] of oddValues.entries())
      yield [`${field} as odd value ${index}`, asText({ ...rest, [field]: value })];
  }
  const text = JSON.stringify(request);
  for (const name of names) {
    yield [`a field called ${JSON.stringify(name)}`, Buffer.from(`{${JSON.stringify(name)}:{"a":1},${text.slice(1)}`)];
  }
}

/** The request with bytes that are gone, doubled or others, by this seed. */
function* damaged(request: unknown, seed: number, count: number): Generator<readonly [string, Buffer]> {
  const chance = seededChance(seed);
  const text = asText(request);
  const pick = (below: number) => Math.floor(chance() * below);
  for (let index = 0; index < count; index++) {
    const at = pick(text.length);
    const other = Buffer.from(text);
    other[at] = pick(256);
    yield [`cut at ${at}`, text.subarray(0, at)];
    yield [`another byte at ${at}`, other];
    yield [`a part doubled at ${at}`, Buffer.concat([text.subarray(0, at), text.subarray(pick(at + 1))])];
  }
}

/** Some hundred kinds of bodies that are wrong, each another way. */
export function malformedBodies(request: Readonly<Record<string, unknown>>, seed: number): readonly BadBody[] {
  const json = { 'content-type': 'application/json' };
  const bad = (kind: string, body: string | Uint8Array, isHopeless: boolean, headers = json): BadBody => {
    return { kind, body: Buffer.from(body), headers, isHopeless };
  };
  const whole = JSON.stringify(request);
  return [
    ...broken.map(([kind, body]) => bad(kind, body, true)),
    ...noRequest.map(([kind, body]) => bad(kind, body, true)),
    ...[...mutated(request)].map(([kind, body]) => bad(kind, body, false)),
    ...[...damaged(request, seed, 20)].map(([kind, body]) => bad(kind, body, false)),
    bad('gzip that is none', whole, true, { ...json, 'content-encoding': 'gzip' } as typeof json),
    bad('brotli that is none', whole, true, { ...json, 'content-encoding': 'br' } as typeof json),
    bad('an encoding that nobody knows', whole, true, { ...json, 'content-encoding': 'rot13' } as typeof json),
    bad('a charset that nobody knows', whole, true, { 'content-type': 'application/json; charset=klingon' }),
    bad('a body beyond the limit', `{"a":"${'x'.repeat(60_000)}"}`, true),
  ];
}
