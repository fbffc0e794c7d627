import { describe, expect, it } from 'vitest';
import { createFactCollector, type RequestHeaders } from '../../src/gateway/collect-facts.ts';
import { anonymous } from '../../src/gateway/keys.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';
import { configOf } from './sample-config.ts';

const attributes = `
attributes:
  request.region: { type: enum, values: [eu, us], default: eu, from: ["header x-region", "metadata region"] }
  request.deadline: { type: duration, optional: true, from: ["header x-deadline"] }
  request.pages: { type: count, optional: true, from: ["metadata pages"] }
  request.secret: { type: enum, values: [a], optional: true, sensitive: true, from: ["header x-secret"] }
`;

const hello = [{ role: 'user', content: 'hello there' }];

function factsOf(body: JsonObject, headers: RequestHeaders = {}, declared = attributes, required: string[] = []) {
  const config = configOf(declared);
  const caller = anonymous;
  const request = surfaces.chat.readRequest({ model: 'echo', messages: hello, ...body });
  const origin = { id: 'id-1', headers, request, caller };
  return Object.fromEntries(createFactCollector(config)(origin, new Set(required)));
}

describe('the facts of a chat request', () => {
  it('are known for the plainest of requests, and no text is among them', () => {
    expect(factsOf({})).toEqual({
      'caller.key': 'anonymous',
      'request.id': 'id-1',
      'request.model': 'echo',
      'request.endpoint': 'chat',
      'request.stream': false,
      'request.messages': 1,
      'request.has_tools': false,
      'request.has_images': false,
      'request.has_audio': false,
      'request.has_files': false,
      'request.json_output': false,
      'request.input_tokens': 2,
      'request.needs': [],
    });
  });

  it('tell what the body asks for', () => {
    const file = { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==' } };
    const parts = [{ type: 'image_url' }, { type: 'input_audio' }, file];
    const facts = factsOf({
      stream: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, ...parts] }],
      tools: [{ type: 'function', function: { name: 'f' } }],
      response_format: { type: 'json_schema' },
      reasoning_effort: 'high',
      user: 'u-1',
      temperature: 0.7,
      max_completion_tokens: 100,
      max_tokens: 5,
    });
    expect(facts).toMatchObject({
      'request.stream': true,
      'request.has_tools': true,
      'request.has_images': true,
      'request.has_audio': true,
      'request.has_files': true,
      'request.json_output': true,
      'request.needs': ['audio', 'files', 'json_schema', 'reasoning', 'tools', 'vision'],
      'request.reasoning_effort': 'high',
      'request.user': 'u-1',
      'request.temperature': 7000,
      'request.max_output_tokens': 100,
    });
  });

  it('count what tools and tool calls add to the input', () => {
    const tools = [{ type: 'function', function: { name: 'f'.repeat(800) } }];
    expect(factsOf({ tools })['request.input_tokens']).toBeGreaterThan(100);
  });

  it('hold the text of the prompt only for a program that reads it', () => {
    expect(factsOf({}, {}, attributes, ['request.prompt'])['request.prompt']).toBe('hello there');
  });

  it('take a field that is null for one that is not there', () => {
    expect(factsOf({ temperature: null, max_tokens: null })).not.toHaveProperty('request.temperature');
  });

  it('clamp counts', () => {
    expect(factsOf({ max_tokens: 2 ** 40 })['request.max_output_tokens']).toBe(2 ** 31 - 1);
  });

  it('hold the tags of the header as a set', () => {
    expect(factsOf({}, { 'x-llmpolicy-tags': 'phi, batch,phi' })['request.tags']).toEqual(['batch', 'phi']);
  });
});

describe('a declared attribute', () => {
  it('is read from its header, in the form of its type', () => {
    const facts = factsOf({}, { 'x-region': 'us', 'x-deadline': '30s' });
    expect(facts).toMatchObject({ 'request.region': 'us', 'request.deadline': 30_000 });
  });

  it('is read from the first of its places that is there', () => {
    const metadata = { region: 'us', pages: '12' };
    expect(factsOf({ metadata })).toMatchObject({ 'request.region': 'us', 'request.pages': 12 });
    expect(factsOf({ metadata }, { 'x-region': 'eu' })['request.region']).toBe('eu');
  });

  it.each([
    [
      { 'x-region': 'mars' },
      'request.region',
      '`request.region`, read from the header `x-region`, must be one of eu, us, and it is `mars`',
    ],
    [
      { 'x-deadline': 'soon' },
      'request.deadline',
      '`request.deadline`, read from the header `x-deadline`, must be a duration such as `30s`, and it is `soon`',
    ],
    [{ 'x-secret': 'hush' }, 'request.secret', '`request.secret`, read from the header `x-secret`, must be one of a'],
  ])(
    'with a wrong value is refused with its name, its place and what may stand there: %o',
    (headers, param, message) => {
      expect(() => factsOf({}, headers)).toThrow(
        expect.objectContaining({ status: 400, code: 'invalid_attribute', param, message }),
      );
    },
  );

  it('that is required and absent is refused with where to send it', () => {
    const declared = `
attributes:
  request.tenant: { type: string, required: true, from: ["header x-tenant", "metadata tenant"] }
`;
    const message =
      "`request.tenant` is required and missing: send it in the header `x-tenant` or the body's `metadata.tenant`, as text";
    const error = { status: 400, code: 'missing_attribute', param: 'request.tenant', message };
    expect(() => factsOf({}, {}, declared)).toThrow(expect.objectContaining(error));
    expect(factsOf({}, { 'x-tenant': 't' }, declared)['request.tenant']).toBe('t');
  });

  it.each([
    [{ temperature: 'hot' }, 'request.temperature'],
    [{ max_tokens: -1 }, 'request.max_output_tokens'],
    [{ reasoning_effort: 'enormous' }, 'request.reasoning_effort'],
    [{ user: 5 }, 'request.user'],
  ])('is no more than a field of the body is: %o is refused', (body, param) => {
    expect(() => factsOf(body)).toThrow(expect.objectContaining({ status: 400, param }));
  });
});
