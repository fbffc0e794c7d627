import type { Facts } from '../decide/facts.ts';
import type { Environment } from '../semantics/environment.ts';
import { writeValue } from '../semantics/read-value.ts';

/** What a request says at length. */
const contentFact = 'request.prompt';

/**
 * The facts that the ledger keeps, in their JSON form: each cheap one, and what the program read. Content is never one, nor the value
 * of an attribute that is declared sensitive: of these it has what the program asks and whether it holds.
 */
export function entryFacts(
  { attributes, currency }: Pick<Environment, 'attributes' | 'currency'>,
  facts: Facts,
  read: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of facts) {
    const attribute = attributes.get(key);
    if (attribute === undefined && isQuestion(key)) kept[key] = value;
    if (attribute === undefined || attribute.sensitive || key === contentFact) continue;
    kept[key] = writeValue(attribute.type, value, currency);
  }
  return Object.assign(kept, read);
}

/** What is asked is called as it is written, with blanks; attributes have none. */
const isQuestion = (key: string): boolean => key.includes(' ');
