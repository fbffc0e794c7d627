import { expect, it } from 'vitest';
import { compileSource } from '../../src/compile/compile-source.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { serveCompiled } from '../../src/gateway/compile-served.ts';
import type { LedgerEntry } from '../../src/ledger/ledger-entry.ts';
import { noLedger } from '../../src/ledger/no-ledger.ts';
import { configOf } from '../gateway/sample-config.ts';
import { runGateway } from './running-gateway.ts';

const config = configOf(`
providers: { sandbox: { kind: sandbox, region: eu } }
models: { echo: { provider: sandbox, price: free, context_window: 32k } }
attributes:
  request.patient: { type: string, optional: true, sensitive: true, from: [header x-patient] }
  request.ward: { type: enum, values: [red, blue], default: red, sensitive: true, from: [header x-ward] }
  request.age: { type: count, optional: true, sensitive: true, from: [header x-age] }
  request.pages: { type: count, optional: true, from: [header x-pages] }
`);

async function keptOf(rules: string, headers: Record<string, string>) {
  const text = `edition 2026\npolicy "p"\n${rules}\nroutes { otherwise use echo }\n`;
  const { value, diagnostics } = compileSource(createSource('p.llmpolicy', text), config.environment);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const begun: LedgerEntry[] = [];
  const ledger = { ...noLedger, keeps: true, begin: async (entry: LedgerEntry) => void begun.push(entry) };
  const gateway = await runGateway(config, serveCompiled(value), '', ledger);
  await (await gateway.post({ model: 'echo', messages: [{ role: 'user', content: 'hi' }] }, headers)).text();
  return begun[0]?.facts ?? {};
}

const questions = (facts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(facts).filter(([key]) => key.includes(' ')));

it('of what is sensitive the ledger has what the policy asks and whether it holds, and no value', async () => {
  const rules = `deny request when request.patient is known and request.patient like "VIP*" and request.ward == blue
deny model when (request.age ?? 0) > 200 and request.ward in { red, blue }
tag long = "yes" when (request.pages ?? 0) > 3`;
  const facts = await keptOf(rules, { 'x-patient': 'VIP-0815', 'x-age': '81', 'x-pages': '7' });
  expect(questions(facts)).toEqual({
    'request.patient is known': true,
    'request.patient like "VIP*"': true,
    'request.ward == blue': false,
    'request.ward in { red, blue }': true,
    'request.age > 200': false,
  });
  expect(facts).toMatchObject({ 'request.pages': 7 });
  const text = JSON.stringify(facts);
  for (const hidden of ['0815', '81,', '"red"']) expect(text).not.toContain(hidden);
  const other = await keptOf(rules, { 'x-ward': 'blue' });
  expect(questions(other)).toMatchObject({ 'request.patient is known': false, 'request.ward == blue': true });
});

it('nothing more is kept where a policy asks nothing of what is sensitive', async () => {
  expect(questions(await keptOf('', { 'x-patient': 'VIP-0815' }))).toEqual({});
});
