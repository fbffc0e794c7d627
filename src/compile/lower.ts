import { assertNever } from '../diagnostics/assert-never.ts';
import { type Environment, isReceiver } from '../semantics/environment.ts';
import type { Condition, Operand, Part, TextPattern, WeekSpan } from '../semantics/typed.ts';
import type { Value } from '../semantics/types.ts';
import { compareValues, matchesText, setHolds } from '../semantics/value-operations.ts';
import type { FactTable } from './fact-table.ts';
import { always, both, either, type Ir, negate, never } from './ir.ts';
import type { ProgramOperand } from './program.ts';

/** What a condition is lowered for: the catalogue, and the model under consideration where there is one. */
export interface Scope {
  readonly environment: Environment;
  readonly facts: FactTable;
  readonly model: number | undefined;
}

/** Turns a typed condition into one over facts alone, with what the catalogue says of the model put in. */
export function lowerCondition(scope: Scope, condition: Condition): Ir {
  switch (condition.kind) {
    case 'and':
      return both(condition.operands.map((operand) => lowerCondition(scope, operand)));
    case 'or':
      return either(condition.operands.map((operand) => lowerCondition(scope, operand)));
    case 'not':
      return negate(lowerCondition(scope, condition.operand));
    case 'truth':
      return lowerParts(scope, condition.operand, isEqual(true));
    case 'compare':
      return lowerCompare(scope, condition);
    case 'member': {
      const { values } = condition;
      return lowerParts(scope, condition.operand, {
        constant: (candidate) => values.includes(candidate),
        fact: (fact) => ({ op: 'in', fact, values }),
        text: (ask) => either(values.map((value) => ask(whole(String(value))))),
      });
    }
    case 'has': {
      const element = fixedValue(scope, condition.element);
      if (typeof element !== 'string') return never;
      return lowerParts(scope, condition.set, {
        constant: (candidate) => setHolds(candidate, element),
        fact: (fact) => ({ op: 'has', fact, element }),
      });
    }
    case 'text':
      return lowerText(scope, condition.operand, condition.pattern);
    case 'known':
      return either(condition.operand.parts.map((part) => lowerKnown(scope, part)));
    case 'model-in':
      return scope.model !== undefined && condition.models.includes(scope.model) ? always : never;
    case 'model-requested': {
      const model = scope.model === undefined ? undefined : scope.environment.models[scope.model];
      return requestedAs(scope, model?.answersTo ?? []);
    }
    case 'requested-known':
      return requestedAs(scope, [...new Set(scope.environment.models.flatMap((model) => model.answersTo))]);
    case 'now-in':
      return lowerNow(scope, condition.spans);
    default:
      return assertNever(condition);
  }
}

/** `request.model` is one of these names. */
function requestedAs(scope: Scope, names: readonly string[]): Ir {
  const fact = scope.facts.slot('request.model', { kind: 'string' });
  return { op: 'in', fact, values: names.toSorted() };
}

function lowerNow({ facts }: Scope, spans: readonly WeekSpan[]): Ir {
  const zones = Map.groupBy(spans, ({ zone }) => zone);
  return either(
    [...zones].map(([zone, inZone]) => ({
      op: 'week',
      fact: facts.now(zone),
      spans: inZone.map(({ start, end }) => [start, end] as const),
    })),
  );
}

/** What to ask of each part of an operand. */
interface Question {
  readonly constant: (value: Value) => boolean;
  readonly fact: (fact: number) => Ir;
  /** Of a content attribute, which is asked about at the door and never stored. Absent: as of any fact. */
  readonly text?: (ask: (pattern: TextPattern) => Ir) => Ir;
}

const isEqual = (value: Value): Question => ({
  constant: (candidate) => candidate === value,
  fact: (fact) => ({ op: 'compare', fact, relation: '==', value }),
});

const whole = (text: string): TextPattern => ({ kind: 'like', place: 'all', text });

function lowerCompare(scope: Scope, condition: Condition & { kind: 'compare' }): Ir {
  const value = fixedValue(scope, condition.constant);
  if (value === undefined) return never;
  const relation = condition.operator;
  return lowerParts(scope, condition.operand, {
    constant: (candidate) => compareValues(candidate, relation, value),
    fact: (fact) => ({ op: 'compare', fact, relation, value }),
    text: (ask) => (relation === '!=' ? negate(ask(whole(String(value)))) : ask(whole(String(value)))),
  });
}

function lowerText(scope: Scope, operand: Operand, pattern: TextPattern): Ir {
  const { kind } = pattern;
  return lowerParts(scope, operand, {
    constant: (candidate) => matchesText(candidate, pattern),
    fact: (fact) => (kind === 'like' ? { op: 'like', fact, pattern } : never),
    text: (ask) => ask(pattern),
    ...(kind === 'matches' && { alwaysAsked: true }),
  });
}

/** `a ?? b`: the question of `a`, or, where `a` is missing, of `b`. An atom is false of what is missing. */
function lowerParts(scope: Scope, operand: Operand, question: Question & { readonly alwaysAsked?: boolean }): Ir {
  const [first, ...rest] = operand.parts;
  if (!first) return never;
  const value = catalogueValue(scope, first);
  if (value !== undefined) return question.constant(value) ? always : never;
  const read = factOf(scope, first);
  const others = () => lowerParts(scope, { ...operand, parts: rest }, question);
  if (!read) return others();
  const asked = askFact(scope, read.key, question, () => question.fact(read.slot()));
  if (!read.optional || rest.length === 0) return asked;
  return either([asked, both([negate({ op: 'known', fact: read.slot() }), others()])]);
}

function askFact(
  scope: Scope,
  key: string,
  question: Question & { readonly alwaysAsked?: boolean },
  direct: () => Ir,
): Ir {
  const isContent = key === 'request.prompt';
  if (!question.text || !(isContent || question.alwaysAsked)) return direct();
  return question.text((pattern) => ({
    op: 'compare',
    fact: scope.facts.question(key, pattern),
    relation: '==',
    value: true,
  }));
}

function lowerKnown(scope: Scope, part: Part): Ir {
  if (catalogueValue(scope, part) !== undefined) return always;
  const read = factOf(scope, part);
  if (!read) return never;
  return read.optional ? { op: 'known', fact: read.slot() } : always;
}

/** The value of a part that is fixed before the request comes. */
function catalogueValue(scope: Scope, part: Part): Value | undefined {
  if (part.kind === 'constant') return part.value;
  if (part.kind === 'fact' || scope.model === undefined) return undefined;
  const model = scope.environment.models[scope.model];
  return part.kind === 'catalogue' || (model && isReceiver(model)) ? model?.attributes.get(part.attribute) : undefined;
}

function fixedValue(scope: Scope, operand: Operand): Value | undefined {
  return operand.parts.map((part) => catalogueValue(scope, part)).find((value) => value !== undefined);
}

interface ReadFact {
  readonly key: string;
  readonly optional: boolean;
  /** Takes a place among the program's facts: only where the value itself is read. */
  readonly slot: () => number;
}

function factOf(scope: Scope, part: Part): ReadFact | undefined {
  const derived = part.kind === 'fact' && (part.key === 'route' || part.key === 'branch');
  const read = (key: string, { type, optional }: Part & { kind: 'fact' | 'state' }): ReadFact => ({
    key,
    optional,
    slot: () => scope.facts.slot(key, type, derived),
  });
  if (part.kind === 'fact') return read(part.key, part);
  const model = scope.model === undefined ? undefined : scope.environment.models[scope.model];
  return part.kind === 'state' && model && !isReceiver(model)
    ? read(`${model.name}.${part.attribute}`, part)
    : undefined;
}

/** An operand whose value is copied: a tag's, a counter's key. */
export function lowerOperand(scope: Scope, operand: Operand): ProgramOperand {
  const facts: number[] = [];
  for (const part of operand.parts) {
    const constant = catalogueValue(scope, part);
    if (constant !== undefined) return { type: operand.type, facts, constant };
    const read = factOf(scope, part);
    if (read) facts.push(read.slot());
    if (read && !read.optional) break;
  }
  return { type: operand.type, facts };
}
