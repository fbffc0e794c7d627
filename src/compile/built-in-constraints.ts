import { needs } from '../protocol/needs.ts';
import type { Environment, Model } from '../semantics/environment.ts';
import type { Type } from '../semantics/types.ts';
import type { FactTable } from './fact-table.ts';
import { both, type Ir } from './ir.ts';
import type { Denial } from './program.ts';

/** Constraints that hold for every policy: a plan never holds a model that cannot serve the request. */
export function builtInDenials(environment: Environment, facts: FactTable): Denial[] {
  const asked = new Asked(environment, facts);
  return [
    contextWindow(environment, asked),
    servedEndpoints(environment, asked),
    continuedAnswers(environment, asked),
    ...needs.map((need) => neededAbility(environment, asked, need)),
  ].filter((denial) => denial.groups.length > 0);
}

/** Facts that built-in constraints ask of; each takes its place among the program's facts where it is first asked of. */
class Asked {
  readonly #environment: Environment;
  readonly #facts: FactTable;

  constructor(environment: Environment, facts: FactTable) {
    this.#environment = environment;
    this.#facts = facts;
  }

  slot(key: string): number {
    const unknown: Type = { kind: 'string' };
    return this.#facts.slot(key, this.#environment.attributes.get(key)?.type ?? unknown);
  }
}

function builtIn(rule: string, because: string, groups: Denial['groups']): Denial {
  return { rule, shadow: false, because, groups };
}

function contextWindow({ models }: Environment, asked: Asked): Denial {
  const groups = models.flatMap((model, index) => {
    const window = model.attributes.get('context_window');
    if (typeof window !== 'number') return [];
    const when: Ir = { op: 'compare', fact: asked.slot('request.input_tokens'), relation: '>', value: window };
    return [{ models: [index], when }];
  });
  return builtIn('context-window', 'the request is longer than the model’s context window', groups);
}

function servedEndpoints({ models, attributes }: Environment, asked: Asked): Denial {
  const type = attributes.get('request.endpoint')?.type;
  const endpoints = type?.kind === 'enum' ? type.values : [];
  const groups = alike(models, (model) => endpoints.filter((endpoint) => !model.endpoints.has(endpoint)));
  return builtIn(
    'endpoint',
    'the model does not serve the endpoint that the request came in through',
    groups.map(({ words, models: members }) => ({ models: members, when: throughAny(asked, words) })),
  );
}

/** What an answer is gone on from with another model than its own. Asked of those models alone that could keep it. */
function continuedAnswers({ models }: Environment, asked: Asked): Denial {
  const groups = models.flatMap((model, index) => {
    if ([...model.endpoints.values()].every((lost) => lost.has('stateful'))) return [];
    const fact = asked.slot('request.continues');
    const when = both([
      { op: 'known', fact },
      { op: 'compare', fact, relation: '!=', value: model.name },
    ]);
    return [{ models: [index], when }];
  });
  return builtIn('continues', 'the request goes on from an answer that another model gave', groups);
}

/** The words of `request.needs` that a catalogue states of the model itself; it is not able unless it is said to be. */
const stated: ReadonlySet<string> = new Set(['vision', 'tools', 'json_schema', 'reasoning']);

function neededAbility({ models }: Environment, asked: Asked, need: string): Denial {
  const groups = alike(models, (model) => {
    const all = [...model.endpoints.keys()];
    const unable = stated.has(need) && model.attributes.get(need) !== true;
    const lost = unable ? all : all.filter((endpoint) => model.endpoints.get(endpoint)?.has(need));
    // Where it makes no difference how the request came in, that is not asked.
    return lost.length > 0 && lost.length === all.length ? ['everywhere'] : lost;
  });
  return builtIn(
    `needs-${need}`,
    `the model is not known to be able to do \`${need}\``,
    groups.map(({ words, models: members }) => {
      const isNeeded: Ir = { op: 'has', fact: asked.slot('request.needs'), element: need };
      const isEverywhere = words[0] === 'everywhere';
      return { models: members, when: isEverywhere ? isNeeded : both([isNeeded, throughAny(asked, words)]) };
    }),
  );
}

function throughAny(asked: Asked, endpoints: readonly string[]): Ir {
  return { op: 'in', fact: asked.slot('request.endpoint'), values: endpoints.toSorted() };
}

/** The models for which the same words come out, those left out for which none do. */
function alike(
  models: readonly Model[],
  wordsOf: (model: Model) => readonly string[],
): readonly { readonly words: readonly string[]; readonly models: readonly number[] }[] {
  const groups = Map.groupBy(models.keys(), (index) => {
    const model = models[index];
    return model === undefined ? '' : wordsOf(model).join(' ');
  });
  return [...groups].flatMap(([words, members]) =>
    words === '' ? [] : [{ words: words.split(' '), models: members }],
  );
}
