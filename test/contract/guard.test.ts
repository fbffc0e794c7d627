import { createHmac } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { GuardConfig } from '../../src/config/guard-config.ts';
import { guardText } from '../../src/guards/guard-text.ts';
import { createInspector } from '../../src/guards/inspector.ts';
import { guardConfigs, requestOf } from '../guards/guard-config.ts';
import { output, surroundings } from '../support/guard-surroundings.ts';
import { plainCall, type Service, startService } from '../support/misbehaving-service.ts';
import { describeGuard, type GuardUnderTest } from './guard.suite.ts';

function config(entry: string): GuardConfig {
  const [guard] = guardConfigs(`  under-test: ${entry}`);
  if (!guard) throw new Error('no guard');
  return guard;
}

interface Sample {
  readonly bad: string;
  readonly part: string;
  readonly rule: string;
  readonly good: string;
}

const pure: Readonly<Record<string, readonly [entry: string, Sample]>> = {
  pii: [
    '{ kind: pii }',
    {
      bad: 'pay with 4111 1111 1111 1111 😀 now',
      part: '4111 1111 1111 1111',
      rule: 'card',
      good: 'pay with 4111 1111 1111 1112',
    },
  ],
  secrets: [
    '{ kind: secrets }',
    {
      bad: `so ghp_${'a1B2c3D4e5F6'.repeat(3)} is it`,
      part: `ghp_${'a1B2c3D4e5F6'.repeat(3)}`,
      rule: 'github',
      good: 'ghp_ is how they begin',
    },
  ],
  regex: [
    '{ kind: regex, patterns: { ticket: "T-[0-9]{4}" } }',
    { bad: 'see T-1234 there', part: 'T-1234', rule: 'ticket', good: 'see T-12' },
  ],
  keywords: [
    '{ kind: keywords, words: [ alpha, "project x" ] }',
    { bad: 'the Project X of ours', part: 'Project X', rule: 'word-2', good: 'the projects x and alphabet' },
  ],
  length: [
    '{ kind: length, max: 10 }',
    { bad: 'ten units, and more', part: ' and more', rule: 'too-long', good: 'ten units.' },
  ],
  'json-schema': [
    '{ kind: json-schema, schema: { type: object, required: [ a ] } }',
    { bad: '{"b": 1}', part: '{"b": 1}', rule: 'required', good: '{"a": 1}' },
  ],
};

for (const [kind, [entry, sample]] of Object.entries(pure)) {
  describeGuard(kind as GuardConfig['kind'], async () => ({ config: config(entry), ...sample }));
}

function asks(service: Service, entry: string, sample: Sample): GuardUnderTest {
  return {
    config: config(entry),
    outside: { call: plainCall },
    ...sample,
    misbehave: (way) => {
      service.behave = way;
    },
    stop: () => service.stop(),
  };
}

const whole = { bad: '😀 I hate Bob', part: '😀 I hate Bob', good: 'I like Bob' };
const textOf = (body: unknown, field: string): string => String((body as Record<string, unknown>)[field]);

/** As an OpenAI-compatible service does, of one text or of many. */
function moderate(body: unknown) {
  const { input } = body as { input: string | readonly string[] };
  const results = [input].flat().map((text) => {
    const hate = text.includes('hate');
    return { flagged: hate, categories: { hate, violence: false }, category_scores: {} };
  });
  return { id: 'm', model: 'm', results };
}

/** As a service of an operator's own does. */
function judgeTexts(body: unknown) {
  const { texts } = body as { texts: readonly { text: string }[] };
  const results = texts.map(({ text }) => {
    const start = text.indexOf('Bob');
    return text.includes('hate') ? { findings: [{ start, end: start + 3, rule: 'names' }] } : { allow: true };
  });
  return { results };
}

describeGuard(
  'moderation',
  async () => {
    const service = await startService(moderate);
    return asks(service, `{ kind: moderation, base_url: "${service.url}/v1", api_key: k }`, { ...whole, rule: 'hate' });
  },
  true,
);

describeGuard(
  'presidio',
  async () => {
    const service = await startService((body) => {
      const points = [...textOf(body, 'text')];
      const start = points.indexOf('Z');
      return start < 0
        ? []
        : [{ entity_type: 'PERSON', start, end: start + 3, score: 0.85, analysis_explanation: null }];
    });
    return asks(service, `{ kind: presidio, base_url: "${service.url}" }`, {
      bad: '😀😀 it is Zoë 😀',
      part: 'Zoë',
      rule: 'person',
      good: 'it is 😀',
    });
  },
  true,
);

describeGuard(
  'webhook',
  async () => {
    const service = await startService(judgeTexts);
    return asks(service, `{ kind: webhook, url: "${service.url}/check", secret: hush }`, {
      bad: '😀 I hate Bob!',
      part: 'Bob',
      rule: 'names',
      good: 'I like Bob',
    });
  },
  true,
);

describeGuard(
  'judge',
  async () => {
    let behave = 'well';
    return {
      config: config('{ kind: judge, model: judge-model, question: "Is it rude?" }'),
      outside: {
        ask: async ({ text, model }) => {
          if (behave === 'hang') return new Promise(() => undefined);
          if (behave === 'fail') throw new Error('no model');
          if (behave !== 'well') return 'I would rather talk about the weather. YES?';
          expect(model).toBe('judge-model');
          return text.includes('hate') ? 'YES' : 'No.';
        },
      },
      ...whole,
      rule: 'judged',
      misbehave: (way) => {
        behave = way;
      },
    };
  },
  true,
);

describe('what a webhook is sent', () => {
  let service: Service | undefined;
  afterAll(() => service?.stop());

  it('is signed with its secret, its time and its id, as Standard Webhooks are', async () => {
    service = await startService(() => ({ results: [{ allow: false, rule: 'house-rules' }] }));
    const inspector = createInspector([config(`{ kind: webhook, url: "${service.url}/check", secret: hush }`)]);
    const guard = inspector.guards.get('under-test');
    if (!guard) throw new Error('no guard');
    const request = { ...requestOf(inspector), ...surroundings({ call: plainCall }) };
    const { blocked } = await guardText('hello', output, [{ guard, action: 'block', stream: null }], request);
    expect(blocked).toEqual({ guard: 'under-test', rule: 'house-rules' });
    const [asked] = service.asked;
    const { headers = {}, body = '' }: Partial<Service['asked'][number]> = asked ?? {};
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    expect(headers['webhook-timestamp']).toBe('1700000000');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 'hush').update(signed).digest('base64')}`);
    expect(JSON.parse(body)).toEqual({
      guard: 'under-test',
      point: 'output',
      texts: [{ role: 'assistant', form: 'text', text: 'hello' }],
    });
    await inspector.close();
  });
});

describe('a service that takes several texts', () => {
  const services: Service[] = [];
  afterAll(() => Promise.all(services.map((service) => service.stop())));

  async function ask(entry: (url: string) => string, answer: (body: unknown) => unknown, texts: readonly string[]) {
    const service = await startService(answer);
    services.push(service);
    const inspector = createInspector([config(entry(service.url))]);
    const guard = inspector.guards.get('under-test');
    if (!guard) throw new Error('no guard');
    const request = { ...requestOf(inspector), ...surroundings({ call: plainCall }) };
    const placed = texts.map((text) => ({ text, place: output }));
    const outcomes = await inspector.inspectAll(guard, placed, request);
    await inspector.close();
    const counts = outcomes.map((outcome) => (outcome.kind === 'findings' ? outcome.findings.length : outcome.kind));
    return { counts, asked: service.asked.map(({ body }) => JSON.parse(body)) };
  }
  const moderation = (url: string) => `{ kind: moderation, base_url: "${url}/v1" }`;
  const webhook = (url: string) => `{ kind: webhook, url: "${url}/check", secret: hush }`;

  it.each([
    ['moderation', moderation, moderate],
    ['webhook', webhook, judgeTexts],
  ] as const)(
    'is asked once about all of a request, and each text has its answer: %s',
    async (_kind, entry, answer) => {
      const { counts, asked } = await ask(entry, answer, ['I like Bob', '', 'I hate Bob', 'nothing']);
      expect(counts).toEqual([0, 0, 1, 0]);
      expect(asked).toHaveLength(1);
    },
  );

  it.each([
    ['moderation', moderation, moderate],
    ['webhook', webhook, judgeTexts],
  ] as const)('is not asked about nothing: %s', async (_kind, entry, answer) => {
    expect(await ask(entry, answer, ['', ''])).toEqual({ counts: [0, 0], asked: [] });
  });

  it.each([
    ['moderation', moderation],
    ['webhook', webhook],
  ] as const)('has failed where it does not answer for each: %s', async (_kind, entry) => {
    const answers = { results: [{ allow: true, flagged: false, categories: {} }] };
    const ofOne = entry === webhook ? { results: [{ allow: true }] } : answers;
    expect((await ask(entry, () => ofOne, ['a', 'b'])).counts).toEqual(['failed', 'failed']);
  });

  it('is asked about as many at once as it takes, and what fails is only what was asked with it', async () => {
    const texts = Array.from({ length: 70 }, (_, index) => (index === 69 ? 'I hate Bob' : 'fine'));
    const { counts, asked } = await ask(moderation, moderate, texts);
    expect(asked.map(({ input }) => input.length).sort()).toEqual([32, 32, 6]);
    expect(counts.lastIndexOf(1)).toBe(69);
    const failing = (body: unknown) => ((body as { input: string[] }).input.length === 6 ? {} : moderate(body));
    const partly = await ask(moderation, failing, texts);
    expect(partly.counts.map((count) => count === 'failed').indexOf(true)).toBe(64);
  });
});
