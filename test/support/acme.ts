import { readFileSync } from 'node:fs';
import { type CompiledPolicy, compileSource } from '../../src/compile/compile-source.ts';
import type { GatewayConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { decide } from '../../src/decide/decide.ts';
import type { Decision } from '../../src/decide/decision.ts';
import type { Facts } from '../../src/decide/facts.ts';
import { prepareFacts } from '../../src/decide/prepare-facts.ts';
import { readFactsJson } from '../../src/decide/read-facts.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import { spanText } from '../../src/diagnostics/span.ts';

const configFile = new URL('../fixtures/acme/gateway.config.yaml', import.meta.url);

/** The config that the language's tests are checked against: seven models of four providers in two regions. */
export const acme: GatewayConfig = readAcme();

function readAcme(): GatewayConfig {
  const { value, diagnostics } = readConfig(createSource('gateway.config.yaml', readFileSync(configFile, 'utf8')), {});
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return value;
}

const header = 'edition 2026\npolicy "test"\n';
const routes = '\nroutes { otherwise use { haiku, gpt-4.1-mini, mistral-small } }\n';

/** Rules made a whole policy: a header, and routes where they write none. */
export function policyText(rules: string): string {
  return `${header}${rules}${/^\s*routes\b/m.test(rules) ? '' : routes}`;
}

/** What the checker says of rules: code and underlined text of each finding. */
export function findings(rules: string): [code: string, underlined: string][] {
  return diagnose(policyText(rules)).map(({ code, primary }) => [code, spanText(primary.span)]);
}

export function diagnose(text: string): readonly Diagnostic[] {
  return compileSource(createSource('test.llmpolicy', text), acme.environment).diagnostics;
}

export function compile(rules: string): CompiledPolicy {
  const { value, diagnostics } = compileSource(createSource('test.llmpolicy', policyText(rules)), acme.environment);
  if (!value) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return value;
}

/** Facts in their JSON form, as `--facts` takes them. */
export function factsOf({ checked, program }: CompiledPolicy, json: Readonly<Record<string, unknown>>): Facts {
  const { facts, instant, problems } = readFactsJson(checked, json);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return prepareFacts(program, facts, instant);
}

export function decideRules(rules: string, json: Readonly<Record<string, unknown>> = {}): Decision {
  const compiled = compile(rules);
  return decide(compiled.program, factsOf(compiled, json));
}

export const planOf = ({ attempts }: Decision): string[] => attempts.map(({ model }) => model);
