import { RE2JS } from 're2js';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { type Span, spanText } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Compare, Expression, In, Known, Like, Matches, Relation } from '../syntax/ast.ts';
import { checkModels, namesModels } from './check-models.ts';
import { checkOperand, sameType } from './check-operand.ts';
import { weekSpans } from './check-schedule.ts';
import { bareWord, type CheckedCondition, type Context, followLet, plainWord } from './context.ts';
import { describeType, exampleOf, isOrdered } from './describe.ts';
import { mendLiteral } from './mend-literal.ts';
import { isFixed } from './reads-only-catalogue.ts';
import type { Condition, Operand, Part, TextPattern } from './typed.ts';
import type { Type, Value } from './types.ts';

const nothing: ReadonlySet<string> = new Set();

/** Checks an expression that must be true or false. Undefined where it is wrong, which has been reported. */
export function checkCondition(context: Context, expression: Expression): CheckedCondition | undefined {
  const followed = followLet(context, expression);
  const inner = followed.expression;
  switch (inner.kind) {
    case 'and':
    case 'or':
      return checkOperands(followed.context, inner.kind, inner);
    case 'not': {
      const operand = checkCondition(followed.context, inner.operand);
      return (
        operand && {
          condition: { kind: 'not', span: inner.span, operand: operand.condition },
          knownIfTrue: operand.knownIfFalse,
          knownIfFalse: operand.knownIfTrue,
        }
      );
    }
    case 'known':
      return checkKnown(followed.context, inner);
    case 'compare':
      return plain(checkCompare(followed.context, inner));
    case 'in':
      return plain(checkIn(followed.context, inner));
    case 'like':
    case 'matches':
      return plain(checkText(followed.context, inner));
    case 'invalid':
      return undefined;
    default:
      return plain(checkTruth(followed.context, inner));
  }
}

const plain = (condition: Condition | undefined): CheckedCondition | undefined =>
  condition && { condition, knownIfTrue: nothing, knownIfFalse: nothing };

/**
 * `and` and `or` read from left to right: what an operand of `and` makes certain holds for those behind it; for `or`, what
 * its being false makes certain.
 */
function checkOperands(
  context: Context,
  kind: 'and' | 'or',
  expression: Expression & { kind: 'and' | 'or' },
): CheckedCondition | undefined {
  let known = context.known;
  const checked: (CheckedCondition | undefined)[] = [];
  for (const operand of expression.operands) {
    const result = checkCondition({ ...context, known }, operand);
    checked.push(result);
    const gained = kind === 'and' ? result?.knownIfTrue : result?.knownIfFalse;
    if (gained) known = known.union(gained);
  }
  const operands = checked.flatMap((result) => result ?? []);
  if (operands.length < checked.length) return undefined;
  const all = (pick: (result: CheckedCondition) => ReadonlySet<string>) =>
    operands.map(pick).reduce((sum, next) => sum.union(next), nothing);
  const shared = (pick: (result: CheckedCondition) => ReadonlySet<string>) =>
    operands.map(pick).reduce((sum, next) => sum.intersection(next));
  const condition: Condition = { kind, span: expression.span, operands: operands.map((result) => result.condition) };
  const ifTrue = (result: CheckedCondition) => result.knownIfTrue;
  const ifFalse = (result: CheckedCondition) => result.knownIfFalse;
  return kind === 'and'
    ? { condition, knownIfTrue: all(ifTrue), knownIfFalse: shared(ifFalse) }
    : { condition, knownIfTrue: shared(ifTrue), knownIfFalse: all(ifFalse) };
}

function checkKnown(context: Context, expression: Known): CheckedCondition | undefined {
  const followed = followLet(context, expression.operand);
  const requested = bareWord(followed.expression) === 'requested';
  const operand = requested ? undefined : checkOperand(context, expression.operand, { mayBeMissing: true });
  if (!requested && !operand) return undefined;
  const { span } = expression;
  const atom: Condition = operand ? { kind: 'known', span, operand } : { kind: 'requested-known', span };
  const [only, ...others] = operand?.parts ?? [];
  const keys = others.length === 0 && only ? knownKeys(only) : nothing;
  return expression.negated
    ? { condition: { kind: 'not', span, operand: atom }, knownIfTrue: nothing, knownIfFalse: keys }
    : { condition: atom, knownIfTrue: keys, knownIfFalse: nothing };
}

function knownKeys(part: Part): ReadonlySet<string> {
  if (part.kind === 'fact') return new Set([part.key]);
  return part.kind === 'constant' ? nothing : new Set([`model.${part.attribute}`]);
}

function checkTruth(context: Context, expression: Expression): Condition | undefined {
  const operand = checkOperand(context, expression, { mayBeMissing: true });
  if (!operand) return undefined;
  if (operand.type.kind === 'bool') {
    const certain = checkOperand(context, expression);
    return certain && { kind: 'truth', span: expression.span, operand: certain };
  }
  const written = spanText(expression.span);
  const said = `\`${written}\` is ${describeType(operand.type)}, not a condition`;
  const optional = operand.parts.some((part) => part.kind === 'fact' && part.optional);
  const comparison = `compare it: \`${exampleComparison(written, operand.type)}\``;
  return context.findings.error('not-a-condition', expression.span, said, {
    help: optional ? `ask whether it is there: \`${written} is known\`, or ${comparison}` : comparison,
  });
}

function exampleComparison(written: string, type: Type): string {
  if (type.kind === 'set') return `"…" in ${written}`;
  return `${written} ${isOrdered(type) ? '>' : '=='} ${exampleOf(type)}`;
}

// Comparisons

const flipped: Readonly<Record<Relation, Relation>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function checkCompare(context: Context, expression: Compare): Condition | undefined {
  const { left, right, operator, span } = expression;
  if (bareWord(left) === 'model') return checkModelComparison(context, expression, right);
  if (bareWord(right) === 'model') return checkModelComparison(context, expression, left);
  const missing = [left, right].find((side) => isNothing(context, side));
  if (missing) return comparedWithNothing(context, expression, missing);
  const sides = checkSides(context, left, right);
  if (!sides) return undefined;
  const [first, second] = sides;
  if (!sameType(first.type, second.type)) return typeMismatch(context, expression, first, second);
  if (operator !== '==' && operator !== '!=' && !isOrdered(first.type)) {
    return context.findings.error('no-order', span, `${namesOfMany[first.type.kind] ?? 'these'} have no order`, {
      help:
        first.type.kind === 'enum'
          ? `list the words that are meant: \`${spanText(left.span)} in { ${first.type.values.slice(0, 2).join(', ')} }\``
          : 'compare with `==` or `!=`',
    });
  }
  if (first.type.kind === 'set') {
    return context.findings.error('type-mismatch', span, 'sets are not compared', {
      help: 'ask for an element: `"x" in …`',
    });
  }
  if (isFixed(second)) return { kind: 'compare', span, operand: first, operator, constant: second };
  if (isFixed(first)) return { kind: 'compare', span, operand: second, operator: flipped[operator], constant: first };
  return context.findings.error('two-facts', span, 'this compares two facts with each other', {
    notes: ['every comparison has a constant on one side, so that what a policy does can be proved'],
    help: 'compare each of them with a constant, or have the difference declared as an attribute of its own',
  });
}

const nothings: ReadonlySet<string> = new Set(['null', 'nil', 'undefined']);

/** A word with which other languages write what is missing; here it may be a value of an enum. */
function isNothing(context: Context, side: Expression): boolean {
  const word = plainWord(context, side);
  const isValue = ({ type }: { type: Type }) => type.kind === 'enum' && type.values.includes(word ?? '');
  return word !== undefined && nothings.has(word) && ![...context.environment.attributes.values()].some(isValue);
}

function comparedWithNothing(
  context: Context,
  { left, right, operator, span }: Compare,
  nothing: Expression,
): undefined {
  const asked = spanText((nothing === right ? left : right).span);
  const newText = `${asked} is ${operator === '==' ? 'not ' : ''}known`;
  const isQuestion = operator === '==' || operator === '!=';
  return context.findings.error('unknown-name', nothing.span, `there is no \`${spanText(nothing.span)}\``, {
    help: `what is missing is not compared, but asked for: \`${isQuestion ? newText : `${asked} is known`}\``,
    ...(isQuestion && { fix: [{ span, newText }] }),
  });
}

const namesOfMany: Readonly<Partial<Record<Type['kind'], string>>> = {
  bool: 'truth values',
  enum: 'words',
  string: 'texts',
  set: 'sets',
};

/** Both sides of a comparison. A bare word is read after the other side, whose enum it may be a word of. */
function checkSides(context: Context, left: Expression, right: Expression): readonly [Operand, Operand] | undefined {
  const isWord = (side: Expression) => plainWord(context, side) !== undefined;
  const wordFirst = isWord(left) && !isWord(right);
  const [one, other] = wordFirst ? [right, left] : [left, right];
  const first = checkOperand(context, one);
  // A word beside something that could not be read would only repeat the complaint.
  if (!first && isWord(other)) return undefined;
  const second = checkOperand(context, other, { expected: first?.type });
  if (!first || !second) return undefined;
  return wordFirst ? [second, first] : [first, second];
}

function checkModelComparison(context: Context, expression: Compare, other: Expression): Condition | undefined {
  const { operator, span } = expression;
  if (operator !== '==' && operator !== '!=') {
    return context.findings.error('no-order', span, 'models have no order', {
      help: 'compare with `==`, `!=` or `in`',
    });
  }
  return modelIn(context, expression, other, operator === '!=');
}

function modelIn(context: Context, expression: Expression, set: Expression, negated: boolean): Condition | undefined {
  const { span } = expression;
  if (context.modelAccess === 'none') {
    return context.findings.error('model-not-here', span, '`model` has no model to speak of here', {
      help: 'move the condition to a `deny model`',
    });
  }
  const models = checkModels(context, set);
  if (models === undefined) return undefined;
  if (models === 'requested' && context.modelAccess === 'catalogue') {
    return context.findings.error('fact-in-catalogue', set.span, '`requested` is a fact of each request', {
      help: '`models where` reads only what the catalogue fixes',
    });
  }
  const atom: Condition =
    models === 'requested' ? { kind: 'model-requested', span } : { kind: 'model-in', span, models };
  return negated ? { kind: 'not', span, operand: atom } : atom;
}

function checkIn(context: Context, expression: In): Condition | undefined {
  const { left, right, negated, span } = expression;
  if (bareWord(left) === 'model') return modelIn(context, expression, right, negated);
  if (bareWord(left) === 'now') return checkNow(context, expression);
  const set = followLet(context, right);
  const atom =
    set.expression.kind === 'set-literal'
      ? memberOf(context, expression, set.expression.elements)
      : elementOf(context, expression);
  if (!atom) return undefined;
  return negated ? { kind: 'not', span, operand: atom } : atom;
}

/** `now in office`. */
function checkNow(context: Context, { right, negated, span }: In): Condition | undefined {
  const name = bareWord(right) ?? '';
  const schedule = context.schedules.get(name);
  if (!schedule) {
    const near = suggest(name, context.schedules.keys());
    const otherwise = 'declare one: `schedule office = mon..fri 09:00..18:00 "Europe/Paris"`';
    const said = `no schedule is called \`${spanText(right.span)}\``;
    return context.findings.error('unknown-name', right.span, said, didYouMean(right.span, near, otherwise));
  }
  if (context.modelAccess === 'catalogue') {
    return context.findings.error('fact-in-catalogue', span, 'the time changes while the gateway runs', {
      help: '`models where` reads only what the catalogue fixes',
    });
  }
  context.used.add(name);
  const atom: Condition = { kind: 'now-in', span, spans: weekSpans(schedule) };
  return negated ? { kind: 'not', span, operand: atom } : atom;
}

/** `caller.team in { "a", "b" }`. */
function memberOf(context: Context, { left, span }: In, elements: readonly Expression[]): Condition | undefined {
  const operand = checkOperand(context, left);
  if (!operand) return undefined;
  const values: Value[] = [];
  for (const element of elements) {
    const constant = checkOperand(context, element, { expected: operand.type });
    if (!constant) return undefined;
    if (!sameType(operand.type, constant.type))
      return typeMismatch(context, { left, right: element, span }, operand, constant);
    const [part] = constant.parts;
    if (part?.kind !== 'constant') {
      return context.findings.error('two-facts', element.span, 'a set in braces holds constants only', {
        help: 'write the values themselves; to look for a constant in a set of the request, write `"phi" in request.tags`',
      });
    }
    values.push(part.value);
  }
  return { kind: 'member', span, operand, values };
}

/** `"phi" in request.tags`. */
function elementOf(context: Context, { left, right, span }: In): Condition | undefined {
  if (namesModels(context, right)) {
    return context.findings.error('type-mismatch', span, 'only `model` can be in a set of models', {
      help: 'write `model in …` in a `deny model`, or compare `request.model` with a text',
    });
  }
  const set = checkOperand(context, right);
  if (!set) return undefined;
  if (set.type.kind !== 'set') {
    return context.findings.error('type-mismatch', right.span, `${describeType(set.type)} is not a set`, {
      help: 'write a set in braces: `… in { a, b }`',
    });
  }
  const { values } = set.type;
  const expected: Type = values ? { kind: 'enum', name: spanText(right.span), values } : { kind: 'string' };
  const element = checkOperand(context, left, { expected });
  if (!element) return undefined;
  if (element.type.kind !== 'string' && element.type.kind !== 'enum')
    return typeMismatch(context, { left, right, span }, element, set);
  if (isFixed(element)) return { kind: 'has', span, set, element };
  return context.findings.error('two-facts', span, 'this looks for one fact in another', {
    help: 'one side of `in` is a constant: `"phi" in request.tags`, or `caller.team in { "a", "b" }`',
  });
}

/** `like` and `matches`. */
function checkText(context: Context, expression: Like | Matches): Condition | undefined {
  const operand = checkOperand(context, expression.operand);
  if (!operand) return undefined;
  if (operand.type.kind !== 'string') {
    return context.findings.error(
      'type-mismatch',
      expression.operand.span,
      `\`${expression.kind}\` asks about a text, and this is ${describeType(operand.type)}`,
      { help: `compare it: \`${exampleComparison(spanText(expression.operand.span), operand.type)}\`` },
    );
  }
  const pattern = expression.kind === 'like' ? readLike(context, expression) : readRegex(context, expression);
  return pattern && { kind: 'text', span: expression.span, operand, pattern };
}

function readLike(context: Context, { pattern, patternSpan }: Like): TextPattern | undefined {
  const open = pattern.startsWith('*');
  const close = pattern.length > 1 && pattern.endsWith('*');
  const text = pattern.slice(open ? 1 : 0, close ? -1 : undefined);
  if (text.includes('*')) {
    return context.findings.error('bad-pattern', patternSpan, '`*` stands only at the ends of a `like` pattern', {
      help: 'write `"start*"`, `"*end"`, `"*middle*"`, or use `matches /…/`',
    });
  }
  const place = open && (close || text === '') ? 'anywhere' : open ? 'end' : close ? 'start' : 'all';
  return { kind: 'like', text, place };
}

function readRegex(context: Context, { pattern, patternSpan }: Matches): TextPattern | undefined {
  try {
    RE2JS.compile(pattern);
    return { kind: 'matches', regex: pattern };
  } catch (error) {
    return context.findings.error('bad-pattern', patternSpan, 'this is not a regular expression of RE2', {
      notes: [reasonOf(error)],
      help: 'RE2 has no look-around and no back-references, so that it always runs in linear time',
    });
  }
}

/** What the engine says, without its own name. */
function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
}

function typeMismatch(
  context: Context,
  { left, right, span }: Pick<Compare, 'left' | 'right' | 'span'>,
  first: Operand,
  second: Operand,
): undefined {
  const said = `this compares ${describeType(first.type)} with ${describeType(second.type)}`;
  const mend = mendLiteral(first.type, right) ?? mendLiteral(second.type, left);
  const place = mend?.fix[0]?.span ?? span;
  if (mend) return context.findings.error('type-mismatch', place, said, mend);
  if (first.type.kind === 'set' && second.type.kind === 'string') return setIsNoText(context, left, right, span);
  return context.findings.error('type-mismatch', span, said, { help: 'compare things of one kind' });
}

function setIsNoText(context: Context, left: Expression, right: Expression, span: Span): undefined {
  const turned = `${spanText(right.span)} in ${spanText(left.span)}`;
  return context.findings.error('type-mismatch', span, 'this compares a set with one text', {
    help: `ask whether the set holds it: \`${turned}\``,
    fix: [{ span, newText: turned }],
  });
}
