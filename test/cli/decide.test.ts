import { hash } from 'node:crypto';
import { join } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { runCommand, runMain } from '../support/command.ts';
import { expectGolden } from '../support/golden.ts';
import { projectFolder } from '../support/project-folder.ts';

const starter = ['decide', 'policies/starter.llmpolicy'];
const euFacts = ['--facts', '{"request.model":"gpt-4.1-mini","request.data_region":"eu"}'];
const hello = { model: 'broken', messages: [{ role: 'user', content: 'hello' }] };

describe('decide on the starter policy', () => {
  it.each([
    ['decide.txt', []],
    ['decide-explain.txt', ['--explain']],
    ['decide.json', ['--format', 'json']],
    ['decide-explain.json', ['--format', 'json', '--explain']],
  ])('prints %s', async (golden, options) => {
    const { exitCode, out, err } = await runMain(...starter, ...euFacts, ...options);
    expectGolden(`cli/${golden}`, out.replace(/sha256:[0-9a-f]+/, 'sha256:<digest>'));
    expect(err).toBe('');
    expect(exitCode).toBe(0);
  });

  it('says of a model that it is down, and what its calls take', async () => {
    const facts = { 'request.model': 'gpt-4.1-mini', 'gpt-mini.up': false };
    const { out } = await runMain(
      'decide',
      'policies/starter.llmpolicy',
      '--facts',
      JSON.stringify(facts),
      '--explain',
    );
    expect(out).toMatch(/1\. echo .*\n +2\. gpt-mini .*down: tried last/);
  });

  it('prints a refusal as the decision that it is', async () => {
    const { exitCode, out } = await runMain(...starter, '--facts', '{"request.model":"gpt-17"}');
    expect(out).toContain('reject   404 rejected: no model of that name');
    expect(exitCode).toBe(0);
  });

  it('reads a request from standard input, and facts too', async () => {
    const words = [...starter, '--format', 'json'];
    const [fromRequest, fromFacts] = await Promise.all([
      runCommand([...words, '--request', '-'], { input: JSON.stringify(hello) }),
      runCommand([...words, '--facts', '-'], { input: '{"request.model": "broken"}' }),
    ]);
    expect(JSON.parse(fromRequest.out).attempts).toMatchObject([{ model: 'broken' }, { model: 'echo' }]);
    expect(JSON.parse(fromFacts.out).attempts).toEqual(JSON.parse(fromRequest.out).attempts);
  });

  it('counts tokens as the config says', async () => {
    const text = 'internationalization of antidisestablishmentarianism '.repeat(50);
    const body = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: text }] });
    const policy =
      'edition 2026\npolicy "p"\nroutes {\n  route long when request.input_tokens > 1 tok use echo\n  otherwise use echo\n}\n';
    const config = (tokens: string) => `version: 1
policy: p.llmpolicy
auth: { required: false }
${tokens}
providers: { sandbox: { kind: sandbox, region: eu } }
models: { echo: { provider: sandbox, price: free, context_window: 32k } }
`;
    const counted = async (tokens: string) => {
      const folder = projectFolder({ 'gateway.config.yaml': config(tokens), 'p.llmpolicy': policy, 'b.json': body });
      const at = (name: string) => join(folder, name);
      const words = ['decide', at('p.llmpolicy'), '--request', at('b.json'), '--config', at('gateway.config.yaml')];
      const { out } = await runMain(...words, '--format', 'json');
      return JSON.parse(out).facts['request.input_tokens'];
    };
    const exact = await counted('tokens: exact');
    expect(exact).toBe(countTokens(text));
    expect(await counted('')).not.toBe(exact);
  });

  it('reads facts and requests from files', async () => {
    const folder = projectFolder({ 'facts.json': '{"request.model":"broken"}', 'body.json': JSON.stringify(hello) });
    const fromFacts = await runMain(...starter, '--facts', join(folder, 'facts.json'));
    const fromRequest = await runMain(...starter, '--request', join(folder, 'body.json'));
    expect(fromRequest.out).toContain('plan     1. broken');
    expect(fromRequest.out).toBe(fromFacts.out);
  });

  it.each([
    [
      'an unknown fact',
      ['--facts', '{"request.modle":"echo"}'],
      'there is no fact `request.modle`; did you mean `request.model`?',
    ],
    ['a fact of a wrong type', ['--facts', '{"request.stream":"yes"}'], '`request.stream` is "yes", and should be'],
    [
      'a word that an enum has not',
      ['--facts', '{"request.data_region":"mars"}'],
      '`request.data_region` is "mars", and should be',
    ],
    ['facts that are not JSON', ['--facts', '{request.stream: true}'], '--facts is not JSON: '],
    [
      'a file of facts that is not there',
      ['--facts', 'nowhere.json'],
      'cannot read nowhere.json: there is no such file',
    ],
    ['a list for facts', ['--facts', 'test/golden/cli/list.json'], 'facts are one JSON object'],
    [
      'facts and a request',
      ['--facts', '{}', '--request', 'body.json'],
      "'--facts <json>' cannot be used with option '--request <file>'",
    ],
    [
      'a header without a request',
      ['--facts', '{}', '--header', 'x-data-region: eu'],
      '--header and --key go with --request FILE',
    ],
  ])('cannot begin with %s', async (_what, words, message) => {
    const { exitCode, out, err } = await runMain(...starter, ...words);
    expect(err).toContain(message);
    expect(out).toBe('');
    expect(exitCode).toBe(2);
  });

  it('names every fact that is wrong', async () => {
    const { err } = await runMain(...starter, '--facts', '{"request.modle":"echo","request.stream":1}');
    expect(err.match(/^llmpolicy: /gm)).toHaveLength(2);
  });
});

describe('decide with a request', () => {
  const config = `version: 1
policy: main.llmpolicy
auth: { required: true }
providers: { box: { kind: sandbox, region: eu } }
models:
  echo: { provider: box, context_window: 32k }
  gold: { provider: box, upstream: echo, context_window: 32k }
attributes:
  caller.tier: { type: enum, values: [free, gold], default: free }
  request.region: { type: enum, values: [eu, us], default: eu, from: [header x-region] }
keys:
  - { name: lead, hash: "sha256:${hash('sha256', 'sk-lead', 'hex')}", tier: gold }
`;
  const policy = `edition 2026
policy "main"
deny request when request.region == us because "not from there"
routes {
  route gold when caller.tier == gold use gold
  otherwise use echo
}
`;
  const decideFor = (body: unknown, ...options: readonly string[]) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const folder = projectFolder({ 'gateway.config.yaml': config, 'main.llmpolicy': policy, 'body.json': text });
    const files = [join(folder, 'main.llmpolicy'), '--request', join(folder, 'body.json')];
    return runMain('decide', ...files, '--config', join(folder, 'gateway.config.yaml'), ...options);
  };

  it('is for nobody where no key is named, also where the gateway requires one', async () => {
    const { exitCode, out } = await decideFor(hello, '--format', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ route: 'otherwise', facts: { 'caller.tier': 'free' } });
  });

  it('has the attributes of the key that is named', async () => {
    const { out } = await decideFor(hello, '--key', 'lead', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({ route: 'gold', facts: { 'caller.tier': 'gold' } });
  });

  it('has the headers that are given', async () => {
    const { out } = await decideFor(hello, '--header', 'X-Region: us', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({ outcome: 'reject', reject: { status: 403, message: 'not from there' } });
  });

  it.each([
    ['an unknown key', hello, ['--key', 'laed'], 'no key of the config is called `laed`; there are lead'],
    ['a header without a value', hello, ['--header', 'x-region'], '`x-region` is not a header'],
    [
      'a header that means nothing',
      hello,
      ['--header', 'x-region: mars'],
      'the gateway would refuse this request with 400: `request.region`',
    ],
    ['a body without a model', { messages: [] }, [], 'the gateway would refuse this request with 400: `model` must be'],
    [
      'a body without messages',
      { model: 'echo' },
      [],
      'the gateway would refuse this request with 400: `messages` must be',
    ],
    [
      'a body that is no object',
      [1],
      [],
      'the gateway would refuse this request with 400: the body must be a JSON object',
    ],
    ['a body that is not JSON', 'hello', [], 'body.json is not JSON: '],
  ])('cannot begin with %s', async (_what, body, options, message) => {
    const { exitCode, out, err } = await decideFor(body, ...options);
    expect(err).toContain(message);
    expect(out).toBe('');
    expect(exitCode).toBe(2);
  });
});

describe('decide with a policy that has errors', () => {
  const words = ['decide', 'test/golden/cli/five-mistakes.llmpolicy', '--facts', '{}'];

  it('shows them as `check` does', async () => {
    const { exitCode, out, err } = await runMain(...words);
    expectGolden('cli/five-mistakes.txt', err);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  });

  it('tells programs of them on standard output', async () => {
    const { exitCode, out, err } = await runMain(...words, '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({ ok: false, diagnostics: { length: 5 } });
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
  });
});
