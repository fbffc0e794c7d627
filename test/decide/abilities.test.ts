import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { decide } from '../../src/decide/decide.ts';
import { prepareFacts } from '../../src/decide/prepare-facts.ts';
import { readFactsJson } from '../../src/decide/read-facts.ts';
import { createSource } from '../../src/diagnostics/source.ts';

const able = 'vision: true, tools: true, json_schema: true, reasoning: true';

/** What each model is removed by, and who is left, for a request of these facts. */
function decideFor(facts: Readonly<Record<string, unknown>>) {
  const config = readConfig(
    createSource(
      'gateway.config.yaml',
      `version: 1
policy: main.llmpolicy
auth: { required: false }
providers:
  openai: { kind: openai, api_key: k }
  claude: { kind: anthropic, api_key: k }
  gemini: { kind: google, api_key: k }
models:
  gpt: { provider: openai, upstream: some-gpt, ${able} }
  opus: { provider: claude, upstream: some-claude, ${able}, abilities: { logprobs: true } }
  flash: { provider: gemini, upstream: some-gemini, tools: true, abilities: { audio: false } }
  vectors: { provider: openai, upstream: some-vectors, abilities: { embeddings: true } }
`,
    ),
    {},
  );
  if (!config.value) throw new Error(config.diagnostics.map(({ message }) => message).join('\n'));
  const text = 'edition 2026\npolicy "main"\nroutes { otherwise use { gpt, opus, flash, vectors } }\n';
  const policy = compileSource(createSource('main.llmpolicy', text), config.value.environment).value;
  if (!policy) throw new Error('the policy does not compile');
  const read = readFactsJson(policy.checked, facts);
  expect(read.problems).toEqual([]);
  const { attempts, removed } = decide(policy.program, prepareFacts(policy.program, read.facts, read.instant));
  return {
    left: attempts.map(({ model }) => model),
    removed: removed.filter(({ model }) => model !== 'vectors').map(({ model, rule }) => `${model} ${rule}`),
  };
}

const needing = (endpoint: string, ...needs: readonly string[]) =>
  decideFor({ 'request.endpoint': endpoint, 'request.needs': needs });

describe('what a request needs', () => {
  it('reaches who is passed the bytes, and is unknown to reach who is sent a translation', () => {
    expect(needing('chat', 'many_choices')).toEqual({
      left: ['gpt'],
      removed: ['opus needs-many_choices', 'flash needs-many_choices'],
    });
    expect(needing('messages', 'native')).toEqual({
      left: ['opus'],
      removed: ['gpt needs-native', 'flash needs-native'],
    });
  });

  it('is carried where the translation is known to carry it', () => {
    expect(needing('messages', 'tools', 'parallel_tools').left).toEqual(['gpt', 'opus', 'flash']);
    expect(needing('responses', 'image_urls')).toEqual({ left: ['gpt', 'opus'], removed: ['flash needs-image_urls'] });
  });

  it('is beyond a model that is not said to see, whatever reaches it', () => {
    expect(needing('chat', 'vision').removed).toEqual(['flash needs-vision']);
  });

  it('is what the config says of a model', () => {
    expect(needing('chat', 'logprobs').left).toEqual(['gpt', 'opus']);
    expect(needing('chat', 'audio').removed).toEqual(['opus needs-audio', 'flash needs-audio']);
  });
});

describe('an endpoint', () => {
  it('of embeddings is served by who makes them, and by nobody else', () => {
    expect(needing('embeddings')).toEqual({
      left: ['vectors'],
      removed: ['gpt endpoint', 'opus endpoint', 'flash endpoint'],
    });
    expect(needing('chat').left).not.toContain('vectors');
  });
});

describe('an answer that is gone on from', () => {
  it('is its model’s, whatever the routes say', () => {
    const facts = { 'request.endpoint': 'responses', 'request.needs': ['stateful'], 'request.continues': 'gpt' };
    expect(decideFor(facts).left).toEqual(['gpt']);
    expect(decideFor({ ...facts, 'request.continues': 'opus' })).toMatchObject({
      left: [],
      removed: expect.arrayContaining(['gpt continues', 'opus needs-stateful']),
    });
  });
});
