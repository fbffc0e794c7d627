import { readInstant } from '../catalog/zone-time.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { describeType } from '../semantics/describe.ts';
import { type FactNames, factKeys, factType } from '../semantics/fact-types.ts';
import { readValue } from '../semantics/read-value.ts';
import type { Value } from '../semantics/types.ts';
import type { Facts } from './facts.ts';
import { neutralInstant } from './prepare-facts.ts';

export interface ReadFacts {
  readonly facts: Facts;
  /** The instant that `now` gives, or the neutral one. */
  readonly instant: number;
  /** What is wrong with each that is wrong. */
  readonly problems: readonly string[];
}

/** Reads facts in their JSON form: one flat object of dotted attribute → plain value. */
export function readFactsJson(policy: FactNames, json: unknown): ReadFacts {
  const facts = new Map<string, Value>();
  const problems: string[] = [];
  let instant = neutralInstant;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { facts, instant, problems: ['facts are one JSON object: {"request.stream": true, …}'] };
  }
  for (const [key, written] of Object.entries(json)) {
    if (key === 'now') {
      const read = typeof written === 'string' ? readInstant(written) : undefined;
      if (read === undefined) problems.push('`now` is an instant: "2026-01-05T12:00:00Z"');
      instant = read ?? instant;
      continue;
    }
    const { value, problem } = readFact(policy, key, written);
    if (value !== undefined) facts.set(key, value);
    if (problem !== undefined) problems.push(problem);
  }
  return { facts, instant, problems };
}

function readFact(policy: FactNames, key: string, written: unknown): { value?: Value; problem?: string } {
  const type = isQuestion(key) ? ({ kind: 'bool' } as const) : factType(policy, key);
  if (!type) {
    const near = suggest(key, factKeys(policy));
    return { problem: `there is no fact \`${key}\`${near ? `; did you mean \`${near}\`?` : ''}` };
  }
  const value = readValue(type, written, policy.environment.currency);
  if (value !== undefined) return { value };
  return { problem: `\`${key}\` is ${JSON.stringify(written)}, and should be ${describeType(type)}` };
}

/** The answer to a question about a text, as decisions show it: `request.prompt matches /…/`. */
function isQuestion(key: string): boolean {
  return / (matches \/.*\/|like ".*"|== ".*")$/.test(key);
}
