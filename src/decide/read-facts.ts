import { suggest } from '../diagnostics/suggest.ts';
import { describeType } from '../semantics/describe.ts';
import { type Environment, typeOfRead } from '../semantics/environment.ts';
import { readValue } from '../semantics/read-value.ts';
import type { Value } from '../semantics/types.ts';
import type { Facts } from './facts.ts';

/**
 * Facts in their JSON form: one flat object of dotted attribute → plain value. Returns them as they are held, or what is
 * wrong with each.
 */
export function readFactsJson(
  environment: Environment,
  json: unknown,
): { readonly facts: Facts; readonly problems: readonly string[] } {
  const facts = new Map<string, Value>();
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { facts, problems: ['facts are one JSON object: {"request.stream": true, …}'] };
  }
  const problems: string[] = [];
  const models = new Set(environment.models.map((model) => model.name));
  for (const [key, written] of Object.entries(json)) {
    const type = typeOfFact(environment, models, key);
    if (!type) {
      const near = suggest(key, environment.attributes.keys());
      problems.push(`there is no fact \`${key}\`${near ? `; did you mean \`${near}\`?` : ''}`);
      continue;
    }
    const value = readValue(type, written, environment.currency);
    if (value === undefined)
      problems.push(`\`${key}\` is ${JSON.stringify(written)}, and should be ${describeType(type)}`);
    else facts.set(key, value);
  }
  return { facts, problems };
}

/** Facts are `request.…` and `caller.…` attributes, and the state of a model: `haiku.up`, `haiku.latency`. */
function typeOfFact(environment: Environment, models: ReadonlySet<string>, key: string) {
  const [root = ''] = key.split('.');
  if (root === 'request' || root === 'caller') return environment.attributes.get(key)?.type;
  const state = /^(.*)\.(up|latency)$/.exec(key);
  return state && models.has(state[1] ?? '') ? typeOfRead(environment, key) : undefined;
}
