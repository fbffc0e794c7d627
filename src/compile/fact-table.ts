import type { Attribute, Environment } from '../semantics/environment.ts';
import type { TextPattern } from '../semantics/typed.ts';
import type { Type, Value } from '../semantics/types.ts';
import { nowIn } from '../semantics/week.ts';
import type { FactSlot, Question } from './program.ts';

interface Slot {
  readonly index: number;
  readonly type: Type;
  readonly derived: boolean;
}

/** Gives each fact that a program reads its place, beginning with keys that it is told. */
export class FactTable {
  readonly questions = new Map<string, Question>();
  readonly zones = new Set<string>();
  readonly #slots = new Map<string, Slot>();

  constructor(keys: readonly string[] = []) {
    for (const key of keys) this.#slots.set(key, { index: this.#slots.size, type: { kind: 'bool' }, derived: false });
  }

  slot(key: string, type: Type, derived = false): number {
    const index = this.#slots.get(key)?.index ?? this.#slots.size;
    this.#slots.set(key, { index, type, derived });
    return index;
  }

  /** The fact that holds whether an attribute's text has a form. */
  question(attribute: string, pattern: TextPattern): number {
    const fact = questionKey(attribute, pattern);
    this.questions.set(fact, { fact, attribute, pattern });
    return this.slot(fact, { kind: 'bool' });
  }

  now(zone: string): number {
    this.zones.add(zone);
    return this.slot(nowIn(zone), { kind: 'time' });
  }

  describeQuestions(environment: Environment): Question[] {
    const described = [...this.questions.values()].map((question): Question => {
      const attribute = environment.attributes.get(question.attribute);
      const absent = absentValue(question.attribute, attribute, { kind: 'string' });
      return { ...question, ...(absent !== undefined && { absent }) };
    });
    return described.sort((a, b) => (a.fact < b.fact ? -1 : 1));
  }

  describe(environment: Environment): FactSlot[] {
    return [...this.#slots].map(([key, { type, derived }]): FactSlot => {
      const attribute = environment.attributes.get(key) ?? stateAttribute(environment, key);
      const absent = derived ? undefined : absentValue(key, attribute, type);
      return {
        key,
        type,
        ...(absent !== undefined && { absent }),
        ...(derived && { derived }),
        ...(attribute?.sensitive && { sensitive: true }),
        ...(isModelState(environment, key) && { modelState: true }),
      };
    });
  }
}

/** What is declared of a model's health: `haiku.up`, `haiku.latency`. Other state has no attribute, whatever it is called. */
function stateAttribute({ attributes, models }: Environment, key: string): Attribute | undefined {
  const state = ['up', 'latency'].find((name) => key.endsWith(`.${name}`));
  return models.some(({ name }) => key === `${name}.${state}`) ? attributes.get(`model.${state}`) : undefined;
}

/** `haiku.up`, `haiku.azure-tpm.exhausted`. */
function isModelState({ attributes, models }: Environment, key: string): boolean {
  return !attributes.has(key) && models.some(({ name }) => key.startsWith(`${name}.`));
}

/** How the fact that answers a question is called: as the policy writes the question. */
export function questionKey(attribute: string, pattern: TextPattern): string {
  if (pattern.kind === 'matches') return `${attribute} matches /${pattern.regex}/`;
  const { place, text } = pattern;
  if (place === 'all') return `${attribute} == ${JSON.stringify(text)}`;
  const open = place === 'start' ? '' : '*';
  const close = place === 'end' ? '' : '*';
  return `${attribute} like ${JSON.stringify(`${open}${text}${close}`)}`;
}

/** Noon of the Monday that facts neutrally begin with. */
const neutralMinute = 12 * 60;

/** What holds where a fact is not given: its default; for a required one, which the door insists on, a neutral value. */
function absentValue(key: string, attribute: Attribute | undefined, type: Type): Value | undefined {
  if (key.startsWith('now.')) return neutralMinute;
  if (attribute?.presence.kind === 'default') return attribute.presence.value;
  return attribute?.presence.kind === 'optional' ? undefined : neutralValue(type);
}

function neutralValue(type: Type): Value {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
      return 'test';
    case 'enum':
      return type.values[0] ?? '';
    case 'set':
      return [];
    default:
      return 0;
  }
}
