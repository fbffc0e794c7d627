import { assertNever } from '../diagnostics/assert-never.ts';
import { compareValues, matchesLike, setHolds } from '../semantics/catalogue-condition.ts';
import type { Environment } from '../semantics/environment.ts';
import type { Condition, Operand, Part } from '../semantics/typed.ts';
import type { Type, Value } from '../semantics/types.ts';
import { always, both, either, type Ir, negate, never } from './ir.ts';

/** Gives each fact that a program reads its place. */
export interface FactTable {
  slot(key: string, type: Type): number;
}

/** What a condition is lowered for: the catalogue, and the model under consideration where there is one. */
export interface Scope {
  readonly environment: Environment;
  readonly facts: FactTable;
  readonly model: number | undefined;
}

/** Turns a typed condition into one over facts alone, with what the catalogue says of the model put in. */
export function lowerCondition(scope: Scope, condition: Condition): Ir {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? always : never;
    case 'and':
      return both(condition.operands.map((operand) => lowerCondition(scope, operand)));
    case 'or':
      return either(condition.operands.map((operand) => lowerCondition(scope, operand)));
    case 'not':
      return negate(lowerCondition(scope, condition.operand));
    case 'truth':
      return lowerParts(scope, condition.operand, equals(true));
    case 'compare': {
      const value = fixedValue(scope, condition.constant);
      if (value === undefined) return never;
      const relation = condition.operator;
      return lowerParts(scope, condition.operand, {
        constant: (candidate) => compareValues(candidate, relation, value),
        fact: (fact) => ({ op: 'compare', fact, relation, value }),
      });
    }
    case 'member': {
      const { values } = condition;
      return lowerParts(scope, condition.operand, {
        constant: (candidate) => values.includes(candidate),
        fact: (fact) => ({ op: 'in', fact, values }),
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
    case 'like': {
      const { pattern } = condition;
      return lowerParts(scope, condition.operand, {
        constant: (candidate) => matchesLike(candidate, pattern),
        fact: (fact) => ({ op: 'like', fact, pattern }),
      });
    }
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
    default:
      return assertNever(condition);
  }
}

/** `request.model` is one of these names. */
function requestedAs(scope: Scope, values: readonly string[]): Ir {
  const fact = scope.facts.slot('request.model', { kind: 'string' });
  return { op: 'in', fact, values };
}

/** What to ask of each part of an operand. */
interface Question {
  readonly constant: (value: Value) => boolean;
  readonly fact: (fact: number) => Ir;
}

const equals = (value: Value): Question => ({
  constant: (candidate) => candidate === value,
  fact: (fact) => ({ op: 'compare', fact, relation: '==', value }),
});

/** `a ?? b`: the question of `a`, or, where `a` is missing, of `b`. An atom is false of what is missing. */
function lowerParts(scope: Scope, operand: Operand, question: Question): Ir {
  const [first, ...rest] = operand.parts;
  if (!first) return never;
  const value = catalogueValue(scope, first);
  if (value !== undefined) return question.constant(value) ? always : never;
  const read = factOf(scope, first);
  const others = () => lowerParts(scope, { ...operand, parts: rest }, question);
  if (!read) return others();
  const asked = question.fact(read.fact);
  if (!read.optional || rest.length === 0) return asked;
  return either([asked, both([negate({ op: 'known', fact: read.fact }), others()])]);
}

function lowerKnown(scope: Scope, part: Part): Ir {
  if (catalogueValue(scope, part) !== undefined) return always;
  const read = factOf(scope, part);
  if (!read) return never;
  return read.optional ? { op: 'known', fact: read.fact } : always;
}

/** The value of a part that is fixed before the request comes. */
function catalogueValue(scope: Scope, part: Part): Value | undefined {
  if (part.kind === 'constant') return part.value;
  if (part.kind !== 'catalogue' || scope.model === undefined) return undefined;
  return scope.environment.models[scope.model]?.attributes.get(part.attribute);
}

function fixedValue(scope: Scope, operand: Operand): Value | undefined {
  for (const part of operand.parts) {
    const value = catalogueValue(scope, part);
    if (value !== undefined) return value;
  }
  return undefined;
}

function factOf(scope: Scope, part: Part): { readonly fact: number; readonly optional: boolean } | undefined {
  if (part.kind === 'fact') return { fact: scope.facts.slot(part.key, part.type), optional: part.optional };
  const model = scope.model === undefined ? undefined : scope.environment.models[scope.model];
  if (part.kind !== 'state' || !model) return undefined;
  return { fact: scope.facts.slot(`${model.name}.${part.attribute}`, part.type), optional: part.optional };
}
