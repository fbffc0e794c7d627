import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { guardAnswer } from '../../src/gateway/guarded-answer.ts';
import { guardStream } from '../../src/gateway/guarded-stream.ts';
import { SentText } from '../../src/gateway/sent-text.ts';
import type { ActiveGuard } from '../../src/guards/guard.ts';
import { guardBody } from '../../src/guards/guard-body.ts';
import { guardText } from '../../src/guards/guard-text.ts';
import type { GenerationEvent } from '../../src/protocol/generation.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';
import type { StreamAnswer } from '../../src/protocol/upstream-answer.ts';
import { active, inspectorOf, requestOf } from '../guards/guard-config.ts';
import { output } from '../support/guard-surroundings.ts';

const inspector = inspectorOf(
  '  pii: { kind: pii, restore: true }\n  words: { kind: keywords, words: [ "project-x" ] }',
);
afterAll(() => inspector.close());
const runs = Number(process.env['LLMPOLICY_TEST_SCALE'] ?? 1) * 60;

const surfaceName = fc.constantFrom('chat' as const, 'responses' as const, 'messages' as const);
const secret = fc.constantFrom('4111 1111 1111 1111', 'project-x', 'a@b.example', 'GB82 WEST 1234 5698 7654 32');
const filler = fc.oneof(
  fc.constantFrom(' and ', 'lorem ipsum '.repeat(30), '4111', '😀', '"', '\\', '\n\n', 'data: [DONE]'),
  fc.string({ maxLength: 8 }),
);
const text = fc.array(fc.oneof(secret, filler), { maxLength: 12 }).map((parts) => parts.join(' '));
const said = fc.record({
  reasoning: text,
  text,
  argument: text,
  cut: fc.integer({ min: 1, max: 60 }),
  packet: fc.integer({ min: 1, max: 9 }),
});

function piecesOf(whole: string, length: number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < whole.length; at += length) pieces.push(whole.slice(at, at + length));
  return pieces;
}

type Said = {
  readonly reasoning: string;
  readonly text: string;
  readonly argument: string;
  readonly cut: number;
  readonly packet: number;
};
type Name = 'chat' | 'responses' | 'messages';

/** The stream of an answer with thoughts, a text and a call, in pieces of one length and packets of so many events. */
function streamOf(name: Name, { reasoning, text: words, argument, cut, packet }: Said): StreamAnswer {
  const { translation } = surfaces[name];
  if (translation.kind !== 'generation') throw new Error('no stream');
  const writer = translation.openStream(
    { id: 'a1', model: 'm', created: 1 },
    { surface: name, model: 'm', stream: true, body: {} },
  );
  const events: GenerationEvent[] = [
    ...piecesOf(reasoning, cut).map((piece) => ({ kind: 'reasoning', text: piece }) as const),
    ...piecesOf(words, cut).map((piece) => ({ kind: 'text', text: piece }) as const),
    { kind: 'tool-start', id: 't1', name: 'pay' },
    ...piecesOf(JSON.stringify({ argument, number: 4111111111111111 }), cut).map(
      (piece) => ({ kind: 'tool-input', id: 't1', text: piece }) as const,
    ),
    { kind: 'tool-end', id: 't1' },
    { kind: 'finish', finish: { reason: 'tool_calls' }, usage: undefined },
  ];
  const written = events.map((event) => writer.write(event));
  async function* chunks() {
    for (let at = 0; at < written.length; at += packet) yield Buffer.from(written.slice(at, at + packet).join(''));
  }
  return { kind: 'stream', headers: {}, chunks: chunks(), usage: () => undefined };
}

async function guarded(name: Name, answer: StreamAnswer, guards: readonly ActiveGuard[]) {
  const { texts } = surfaces[name];
  if (texts.stream === undefined) throw new Error('no stream');
  const request = requestOf(inspector);
  const passed = guardStream(answer, {
    surface: surfaces[name],
    texts: texts.stream,
    guards,
    request,
    written: new SentText(),
    tell: () => undefined,
  });
  let received = '';
  let error: unknown;
  try {
    for await (const chunk of passed.chunks) received += Buffer.from(chunk).toString();
  } catch (thrown) {
    error = thrown;
  }
  return { received, error };
}

/** What callers put together: the pieces of each channel, and what events repeat of it. */
function readBack(name: Name, received: string) {
  const { stream } = surfaces[name].texts;
  const pieces = new Map<string, string>();
  const wholes = new Map<string, string>();
  for (const line of received.split('\n').filter((one) => one.startsWith('data: {'))) {
    const event: JsonObject = JSON.parse(line.slice('data: '.length));
    for (const { channel, text: piece, part } of stream?.textsOf(event) ?? []) {
      if (part === 'whole') wholes.set(channel, piece);
      else if (part === 'piece') pieces.set(channel, (pieces.get(channel) ?? '') + piece);
    }
  }
  return { pieces, wholes };
}

const wanted = /4111 ?1111 ?1111 ?1111|project-x|a@b\.example/;

describe('a stream in any of the APIs, however it is cut', () => {
  const actions = fc.constantFrom({ windowBytes: 100 } as const, 'buffer' as const);

  it('says after redaction what redaction of the whole texts says, and repeats nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(surfaceName, said, actions, async (name, answer, stream) => {
        const guards = ['pii', 'words'].map((guard) => active(inspector, guard, 'redact', stream));
        const { received, error } = await guarded(name, streamOf(name, answer), guards);
        expect(error).toBeUndefined();
        const { pieces, wholes } = readBack(name, received);
        const request = requestOf(inspector);
        for (const original of [answer.reasoning, answer.text].filter((one) => one !== '')) {
          // Placeholders are numbered as they come: only their numbers may differ.
          const { text: redacted } = await guardText(original, output, guards, request);
          const plain = (one: string) => one.replace(/_\d+_n0nce\]/g, ']');
          expect([...pieces.values()].map(plain)).toContain(plain(redacted));
        }
        for (const [channel, whole] of wholes) if (pieces.has(channel)) expect(whole).toBe(pieces.get(channel));
        const args = [...pieces.values()].find((piece) => piece.startsWith('{"argument"'));
        expect(JSON.parse(args ?? '')).toMatchObject({ number: expect.stringMatching(/^\[CARD/) });
        expect(received.replaceAll('\\n', ' ')).not.toMatch(wanted);
      }),
      { numRuns: runs },
    );
  });

  it('that a guard blocks lets through nothing of what it blocks', async () => {
    await fc.assert(
      fc.asyncProperty(surfaceName, said, actions, async (name, answer, stream) => {
        const guards = ['pii', 'words'].map((guard) => active(inspector, guard, 'block', stream));
        const { received, error } = await guarded(name, streamOf(name, answer), guards);
        // The number that the call holds is always found, at the latest when the call has ended.
        expect(error).toMatchObject({ kind: 'guard_blocked' });
        expect(received).not.toMatch(wanted);
        expect(JSON.stringify(error)).not.toMatch(wanted);
      }),
      { numRuns: runs },
    );
  });

  it('that is only observed passes byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(surfaceName, said, async (name, answer) => {
        let original = '';
        for await (const chunk of streamOf(name, answer).chunks) original += Buffer.from(chunk).toString();
        const { received } = await guarded(name, streamOf(name, answer), [
          active(inspector, 'pii', 'observe', 'observe'),
        ]);
        expect(received).toBe(original);
      }),
      { numRuns: runs / 4 },
    );
  });
});

describe('what stands beside the text of a stream', () => {
  const redacting = [active(inspector, 'pii', 'redact', { windowBytes: 100 })];
  const card = '4111 1111 1111 1111';
  const eventsOf = (...events: readonly object[]): StreamAnswer => {
    async function* chunks() {
      for (const event of events) yield Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
    }
    return { kind: 'stream', headers: {}, chunks: chunks(), usage: () => undefined };
  };

  it('does not spell it out again in tokens', async () => {
    const token = { token: card, logprob: -1, bytes: null, top_logprobs: [] };
    const choice = { index: 0, delta: { content: card }, logprobs: { content: [token] }, finish_reason: 'stop' };
    const { received } = await guarded('chat', eventsOf({ id: 'c', choices: [choice] }), redacting);
    expect(received).toContain('[CARD_1_');
    expect(received).not.toContain(card);
  });

  it('is looked at as well, each citation for itself', async () => {
    const cited = (title: string) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'citations_delta', citation: { type: 'web_search_result_location', cited_text: card, title } },
    });
    const { received } = await guarded(
      'messages',
      eventsOf(cited('one'), cited('two'), { type: 'message_stop' }),
      redacting,
    );
    expect(received).not.toContain(card);
    expect(received).toMatch(/"one".*"two"/s);
    const annotation = { type: 'url_citation', title: card, url: 'https://a.example', start_index: 0, end_index: 1 };
    const added = {
      type: 'response.output_text.annotation.added',
      output_index: 0,
      content_index: 0,
      annotation_index: 0,
      annotation,
    };
    const responses = await guarded('responses', eventsOf(added), redacting);
    expect(responses.received).toContain('https://a.example');
    expect(responses.received).not.toContain(card);
  });

  it('is dropped where it is no event of the API, and an error is passed on', async () => {
    async function* chunks() {
      yield Buffer.from(`: a comment\n\ndata: ${card}\n\ndata: {"error":\ndata: {"message":"no"}}\n\n`);
    }
    const answer: StreamAnswer = { kind: 'stream', headers: {}, chunks: chunks(), usage: () => undefined };
    expect((await guarded('chat', answer, redacting)).received).toBe('data: {"error":\ndata: {"message":"no"}}\n\n');
  });

  it('keeps the numbers of events in their order', async () => {
    const answer = { reasoning: '', text: `pay ${card} and more`, argument: '', cut: 3, packet: 1 };
    const { received } = await guarded('responses', streamOf('responses', answer), redacting);
    const numbers = [...received.matchAll(/"sequence_number":(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index));
  });
});

const bodies: Readonly<Record<Name, (one: string, other: string) => { asked: JsonObject; answered: JsonObject }>> = {
  chat: (one, other) => ({
    asked: {
      messages: [
        { role: 'system', content: one },
        { role: 'user', content: [{ type: 'text', text: other }] },
      ],
    },
    answered: {
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: one,
            tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: JSON.stringify({ other }) } }],
          },
        },
      ],
    },
  }),
  responses: (one, other) => ({
    asked: {
      instructions: one,
      input: [{ type: 'function_call_output', call_id: 'c', output: JSON.stringify({ other }) }],
    },
    answered: {
      output: [
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: one }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: JSON.stringify({ other }) },
      ],
    },
  }),
  messages: (one, other) => ({
    asked: {
      system: one,
      messages: [
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 't', name: 'f', input: { other, n: 4111111111111111 } }],
        },
      ],
    },
    answered: {
      content: [
        { type: 'text', text: one },
        { type: 'tool_use', id: 't', name: 'f', input: { other, n: 4111111111111111 } },
      ],
    },
  }),
};

describe('what is redacted on input', () => {
  it('comes back as it was, in whichever API', async () => {
    await fc.assert(
      fc.asyncProperty(surfaceName, text, text, async (name, one, other) => {
        // Digits behind the head of a bank account are taken for an account's.
        fc.pre(![one, other].some((each) => /(?<![\p{L}\p{N}])[A-Za-z]{2}[0-9]{2}[ -]?4111/u.test(each)));
        const { asked, answered } = bodies[name](one, other);
        const { texts } = surfaces[name];
        const request = requestOf(inspector);
        const guards = [active(inspector, 'pii', 'redact')];
        const sent = await guardBody(asked, texts.request(asked), 'input', guards, request);
        expect(JSON.stringify(sent.body)).not.toMatch(/4111 1111 1111 1111|a@b\.example/);
        // An upstream that says again what it was told.
        const echoed = await guardBody(answered, texts.answer(answered), 'input', guards, request);
        const whole = {
          kind: 'whole',
          headers: {},
          body: Buffer.from(JSON.stringify(echoed.body)),
          usage: undefined,
        } as const;
        const { body } = await guardAnswer(whole, surfaces[name], [], request, () => undefined);
        expect(JSON.parse(Buffer.from(body).toString())).toEqual(answered);
      }),
      { numRuns: runs },
    );
  });
});
