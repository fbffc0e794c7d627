import { type Catalogue, catalogueKey, type KnownModel } from './known-model.ts';
import file from './models.json' with { type: 'json' };

/** An entry of the file, which `.ci/import-models.ts` writes. */
interface Entry {
  readonly kind: string;
  readonly upstream: string;
  readonly abilities: readonly string[];
  readonly context_window?: number;
  readonly max_output?: number;
  readonly source: string;
  readonly date: string;
}

function knownModel({ abilities, context_window, max_output, source, date }: Entry): KnownModel {
  return {
    abilities,
    ...(context_window === undefined ? {} : { contextWindow: context_window }),
    ...(max_output === undefined ? {} : { maxOutput: max_output }),
    source,
    date,
  };
}

const entries: readonly Entry[] = file.models;

/** What comes with this version. */
export const builtInCatalogue: Catalogue = new Map(
  entries.map((entry) => [catalogueKey(entry.kind, entry.upstream), knownModel(entry)]),
);
