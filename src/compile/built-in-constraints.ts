import type { Environment } from '../semantics/environment.ts';
import type { FactTable } from './fact-table.ts';
import type { Ir } from './ir.ts';
import type { Denial } from './program.ts';

/** What a model must be able to do for a request that needs it: the words of `request.needs` that the catalogue states. */
const abilities = ['vision', 'tools', 'json_schema', 'reasoning'] as const;

/** Constraints that hold for every policy: a plan never holds a model that cannot serve the request. */
export function builtInDenials(environment: Environment, facts: FactTable): Denial[] {
  return [contextWindow(environment, facts), ...abilities.map((ability) => needs(environment, facts, ability))].filter(
    (denial) => denial.groups.length > 0,
  );
}

function contextWindow(environment: Environment, facts: FactTable): Denial {
  const groups = environment.models.flatMap((model, index) => {
    const window = model.attributes.get('context_window');
    if (typeof window !== 'number') return [];
    const fact = facts.slot('request.input_tokens', { kind: 'tokens' });
    const when: Ir = { op: 'compare', fact, relation: '>', value: window };
    return [{ models: [index], when }];
  });
  return {
    rule: 'context-window',
    shadow: false,
    because: 'the request is longer than the model’s context window',
    groups,
  };
}

function needs(environment: Environment, facts: FactTable, ability: string): Denial {
  const models = environment.models.flatMap((model, index) => (model.attributes.get(ability) === true ? [] : [index]));
  const because = `the model is not known to be able to do \`${ability}\``;
  if (models.length === 0) return { rule: `needs-${ability}`, shadow: false, because, groups: [] };
  const type = environment.attributes.get('request.needs')?.type ?? { kind: 'set' as const };
  const fact = facts.slot('request.needs', type);
  return {
    rule: `needs-${ability}`,
    shadow: false,
    because,
    groups: [{ models, when: { op: 'has', fact, element: ability } }],
  };
}
