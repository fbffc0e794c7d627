import { type BodyFacts, BodyNotes } from '../body-facts.ts';
import type { JsonObject } from '../json.ts';

/** What the body of an embedding request says of itself. Lists of tokens are for the API that made them. */
export function describeEmbeddings({ input }: JsonObject): BodyFacts {
  const notes = new BodyNotes();
  const inputs = Array.isArray(input) ? input : [input];
  for (const text of inputs) notes.text(text);
  notes.need('native', !inputs.every((text) => typeof text === 'string'));
  return notes.facts(inputs.length, false);
}
