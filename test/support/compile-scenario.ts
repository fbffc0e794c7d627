import { type CompiledPolicy, compileSource } from '../../src/compile/compile-source.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { Facts } from '../../src/decide/facts.ts';
import { prepareFacts } from '../../src/decide/prepare-facts.ts';
import { readFactsJson } from '../../src/decide/read-facts.ts';
import { type Diagnostic, hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { createSource } from '../../src/diagnostics/source.ts';
import type { Environment } from '../../src/semantics/environment.ts';
import type { Scenario } from './arbitrary-rules.ts';

/** A generated policy that compiles, with the facts of its requests. */
export interface CompiledScenario extends CompiledPolicy {
  readonly requests: readonly Facts[];
}

export function compileScenario(
  scenario: Scenario,
  environment = environmentOf(scenario.config),
): CompiledScenario | readonly Diagnostic[] {
  const { value: compiled, diagnostics } = compileSource(
    createSource('test.llmpolicy', scenario.text),
    environment,
    () => createSource('parent.llmpolicy', scenario.parent),
  );
  if (!compiled || hasErrors(diagnostics)) return diagnostics;
  return { ...compiled, requests: scenario.facts.map((json) => readRequest(compiled, json)) };
}

/** The generated config is always right, and every fact that is generated exists. */
function environmentOf(config: string): Environment {
  const { value, diagnostics } = readConfig(createSource('gateway.config.yaml', config), {});
  if (!value) throw new Error(`${diagnostics.map(({ message }) => message).join('\n')}\n${config}`);
  return value.environment;
}

function readRequest({ checked, program }: CompiledPolicy, json: Readonly<Record<string, unknown>>): Facts {
  const { facts, instant, problems } = readFactsJson(checked, json);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return prepareFacts(program, facts, instant);
}
