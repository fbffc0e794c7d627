import { describe, expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { notingReads } from '../../src/compile/noting-reads.ts';
import { readCompiled } from '../../src/compile/read-compiled.ts';
import { writeCompiled } from '../../src/compile/write-compiled.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { policyText } from '../support/acme.ts';

const environmentOf = (models: string, currency = 'USD') => {
  const text = `version: 1
policy: test.llmpolicy
currency: ${currency}
providers: { box: { kind: sandbox, region: eu }, openai: { kind: openai, api_key: k } }
models: { ${models} }
guards: { ${models.includes('c: {') ? 'asked: { kind: judge, model: c, question: "?" }' : 'pii: { kind: pii }'} }
`;
  const { value, diagnostics } = readConfig(createSource('gateway.config.yaml', text), {});
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return value.environment;
};

const priced = 'a: { provider: box, price_in: $1, price_out: $2 }';
const models = `${priced}, b: { provider: box }, c: { provider: box, region: us }`;

function findings(rules: string, environment = environmentOf(models)): readonly string[] {
  const { diagnostics } = compileSource(createSource('test.llmpolicy', policyText(rules)), environment);
  return diagnostics.filter(({ code }) => code === 'unknown-price').map(({ message }) => message);
}

const unknown = (model: string, more = '') =>
  `the price of \`${model}\` is not known${more}: what it costs would not count here`;

describe('a policy that counts money', () => {
  it.each([
    ['a budget', 'budget all $5 per day'],
    ['a cap of the cost', 'cap cost $1'],
  ])('knows the price of each model that it can reach: %s', (_, rule) => {
    expect(findings(`routes { otherwise use a }\n${rule}`)).toEqual([]);
    expect(findings(`routes { otherwise use a then b }\n${rule}`)).toEqual([unknown('b')]);
    expect(findings(`routes { otherwise use requested then a }\n${rule}`)).toEqual([unknown('b', ', and 1 more')]);
    expect(findings(`routes { otherwise use a }\n${rule}\nmirror 5% on request.id to c`)).toEqual([unknown('c')]);
    expect(findings(`routes { otherwise use a }\n${rule}\nguard asked on input then block`)).toEqual([unknown('c')]);
  });

  it('looks into plans that take the place of others', () => {
    expect(findings('routes { otherwise use a }\nbudget all $5 per day at 80% use b at 100% reject 402')).toEqual([
      unknown('b'),
    ]);
    const diverted = 'limit rpm 5 req per min else use c';
    expect(findings(`routes { otherwise use a }\nbudget all $5 per day\n${diverted}`)).toEqual([unknown('c')]);
  });

  it('leaves out models that the rule, or a constraint, never lets through', () => {
    const here = 'budget all $5 per day for each model.provider when model.region == us';
    expect(findings(`routes { otherwise use a then b }\n${here}`)).toEqual([]);
    expect(findings(`routes { otherwise use a then c }\n${here}`)).toEqual([unknown('c')]);
    expect(findings('deny model when model.region == us\nroutes { otherwise use a then c }\ncap cost $1')).toEqual([]);
  });

  it('takes nothing of the public list in another currency', () => {
    const gpt = 'm: { provider: openai, upstream: gpt-4.1-mini }';
    const rules = (amount: string) => `routes { otherwise use m }\nbudget all ${amount} per day`;
    expect(findings(rules('$5'), environmentOf(gpt))).toEqual([]);
    expect(findings(rules('eur 5'), environmentOf(gpt, 'EUR'))).toEqual([unknown('m')]);
    expect(findings(rules('eur 5'), environmentOf(gpt.replace(' }', ', price: free }'), 'EUR'))).toEqual([]);
  });

  it('is told the same where it is compiled', () => {
    const noting = notingReads(
      environmentOf(models.replace('b: { provider: box }', 'b: { provider: box, price: free }')),
    );
    const text = policyText('routes { otherwise use a then b }\nbudget all $5 per day');
    const { value } = compileSource(createSource('test.llmpolicy', text), noting.environment);
    if (!value) throw new Error('it does not compile');
    const file = createSource('policy.json', writeCompiled(value.program, noting.compiledFor(value.program)));
    expect(readCompiled(file, noting.environment).diagnostics).toEqual([]);
    const [finding] = readCompiled(file, environmentOf(models)).diagnostics;
    expect(finding?.code).toBe('unknown-price');
    expect(finding?.notes).toEqual(['`b` (gateway.config.yaml:5)']);
  });

  it('and one that does not, needs none', () => {
    expect(findings('routes { otherwise use b }')).toEqual([]);
  });
});
