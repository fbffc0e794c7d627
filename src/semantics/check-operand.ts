import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { type Span, spanText } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Expression, Literal, Path } from '../syntax/ast.ts';
import { writeMoney } from '../syntax/quantities.ts';
import { checkCounterFact, checkTakenFact, modelCounterFact } from './check-state.ts';
import { type Context, followLet, plainWord, type Use } from './context.ts';
import { describeType, listWords } from './describe.ts';
import { type Attribute, isReceiver, withReceivers } from './environment.ts';
import type { Operand, Part } from './typed.ts';
import type { Type } from './types.ts';

/** Reads a value: a literal, an attribute, a state fact, or several joined by `??`. */
export function checkOperand(context: Context, expression: Expression, use: Use = {}): Operand | undefined {
  const word = plainWord(context, expression);
  if (word !== undefined && use.expected?.kind === 'enum') return enumWord(context, expression, word, use.expected);
  const followed = followLet(context, expression);
  const inner = followed.expression;
  switch (inner.kind) {
    case 'invalid':
      return undefined;
    case 'literal':
      return checkLiteral(context, inner);
    case 'path':
      return checkPath(followed.context, inner, use);
    case 'coalesce':
      return checkCoalesce(followed.context, inner.operands, expression, use);
    default:
      return notAValue(context, inner, expression.span);
  }
}

function notAValue(context: Context, { kind }: Expression, span: Span): undefined {
  if (kind === 'set-literal' || kind === 'models-where') {
    return context.findings.error('not-a-value', span, 'a single value is wanted here, and this is a set', {
      help: 'name one value; to ask whether something is in a set, write `… in { … }`',
    });
  }
  if (kind === 'model') {
    return context.findings.error('not-a-value', span, 'a value is wanted here, and this is a model', {
      help: 'compare `model` with it, or `request.model` with a text',
    });
  }
  return context.findings.error('not-a-value', span, 'a value is wanted here, and this is a condition', {
    help: 'write an attribute such as `request.input_tokens` or a constant, and the condition behind `when`',
  });
}

function enumWord(
  context: Context,
  expression: Expression,
  word: string,
  type: Type & { kind: 'enum' },
): Operand | undefined {
  if (type.values.includes(word)) return { span: expression.span, type, parts: [{ kind: 'constant', value: word }] };
  const near = suggest(word, type.values);
  const mend = didYouMean(expression.span, near, `its values are ${listWords(type.values)}`);
  const said = `\`${word}\` is not a value of \`${type.name}\``;
  return context.findings.error('unknown-word', expression.span, said, mend);
}

function checkLiteral(context: Context, literal: Literal): Operand | undefined {
  const constant = (type: Type): Operand => ({
    span: literal.span,
    type,
    parts: [{ kind: 'constant', value: literal.value }],
  });
  if (literal.type === 'money' && literal.currency !== context.environment.currency) {
    return context.findings.error(
      'wrong-currency',
      literal.span,
      `money is counted in ${context.environment.currency} here`,
      {
        help: `write the amount in ${context.environment.currency}, the \`currency\` of gateway.config.yaml: \`${writeMoney(1_250_000_000, context.environment.currency)}\``,
      },
    );
  }
  if (literal.type !== 'integer') return constant({ kind: literal.type });
  switch (literal.unit) {
    case 'tok':
      return constant({ kind: 'tokens' });
    case 'req':
      return constant({ kind: 'requests' });
    case undefined:
      return constant({ kind: 'count' });
    default:
      return context.findings.error(
        'wrong-unit',
        literal.span,
        `\`${literal.unit}\` stands only in the amount of a limit`,
        {
          help: 'write `tok`',
          fix: [{ span: literal.span, newText: spanText(literal.span).replace(/(?:input|output)\s+tok$/, 'tok') }],
        },
      );
  }
}

function checkCoalesce(
  context: Context,
  operands: readonly Expression[],
  whole: Expression,
  use: Use,
): Operand | undefined {
  const typed = operands.map((operand) => ({ operand, isWord: plainWord(context, operand) !== undefined }));
  const checked = new Map<Expression, Operand | undefined>();
  const readAs = (operand: Expression, index: number, expected: Type | undefined) => {
    const last = index === operands.length - 1;
    checked.set(
      operand,
      checkOperand(context, operand, { expected, mayBeMissing: !last || use.mayBeMissing === true }),
    );
  };
  // Bare words are read last: they are words of the enum that the other operands have.
  typed.forEach(({ operand, isWord }, index) => {
    if (!isWord) readAs(operand, index, use.expected);
  });
  const type =
    operands.map((operand) => checked.get(operand)?.type).find((found) => found !== undefined) ?? use.expected;
  typed.forEach(({ operand, isWord }, index) => {
    if (isWord) readAs(operand, index, type);
  });
  const all = operands.map((operand) => checked.get(operand));
  if (type === undefined || all.some((operand) => operand === undefined)) return undefined;
  const parts: Part[] = [];
  for (const operand of all) {
    if (!operand) continue;
    if (!sameType(type, operand.type)) {
      return context.findings.error(
        'type-mismatch',
        operand.span,
        `\`??\` joins ${describeType(type)} with ${describeType(operand.type)}`,
        {
          help: 'give both sides one type',
        },
      );
    }
    parts.push(...operand.parts.filter((part) => !standsAlready(parts, part)));
  }
  return { span: whole.span, type, parts };
}

/** A fact that is missing is missing wherever it is named again. */
function standsAlready(parts: readonly Part[], part: Part): boolean {
  if (part.kind === 'constant') return parts.some(({ kind }) => kind === 'constant');
  if (part.kind === 'fact') return parts.some((other) => other.kind === 'fact' && other.key === part.key);
  return parts.some((other) => other.kind === part.kind && other.attribute === part.attribute);
}

/** Enums are one type when they have the same words. */
export function sameType(left: Type, right: Type): boolean {
  if (left.kind !== right.kind) return false;
  if (left.kind !== 'enum' || right.kind !== 'enum') return true;
  return left.values.length === right.values.length && left.values.every((value) => right.values.includes(value));
}

function checkPath(context: Context, path: Path, use: Use): Operand | undefined {
  const [root, ...rest] = path.segments.map((segment) => segment.text);
  const key = [root, ...rest].join('.');
  if (root === undefined) return undefined;
  if (root === 'route' || root === 'branch') return checkTakenFact(context, path, root, use);
  if (rest.length === 0) return unknownWord(context, path, root, use);
  if (root === 'model') return modelAttribute(context, path, rest.join('.'), use);
  if (root === 'budget' || root === 'limit') return checkCounterFact(context, path, root, rest);
  const index = context.modelIndex.get(root);
  if (index && rest.length === 1) return oneModelsAttribute(context, path, index, rest[0] ?? '', use);
  if (index && rest.length === 2) return modelCounterFact(context, path, root, rest);
  const attribute = context.environment.attributes.get(key);
  if (!attribute || (root !== 'request' && root !== 'caller')) return unknownAttribute(context, path, key);
  if (context.modelAccess === 'catalogue') {
    return context.findings.error('fact-in-catalogue', path.span, `\`${key}\` is a fact of each request`, {
      help: '`models where` reads only what the catalogue fixes: `model.…`',
    });
  }
  return fact(context, path, key, attribute, use);
}

function fact(context: Context, path: Path, key: string, attribute: Attribute, use: Use): Operand | undefined {
  const optional = attribute.presence.kind === 'optional';
  if (optional && !use.mayBeMissing && !context.known.has(key)) return maybeMissing(context, path, key, attribute);
  return { span: path.span, type: attribute.type, parts: [{ kind: 'fact', key, type: attribute.type, optional }] };
}

export function maybeMissing(
  context: Context,
  path: Path,
  key: string,
  attribute: Pick<Attribute, 'type' | 'declaredAt'>,
): undefined {
  const example = defaultOf(attribute.type);
  const said =
    attribute.declaredAt === 'built in' ? 'not every request has one' : `declared optional in ${attribute.declaredAt}`;
  return context.findings.error('maybe-missing', path.span, `\`${key}\` may be missing here`, {
    label: said,
    notes: ['a request without it would have no answer, and every policy must have one'],
    help: `give a default: \`${key} ?? ${example}\`, or guard it: \`${key} is known and …\``,
  });
}

/** What is often right where an attribute is missing. */
function defaultOf(type: Type): string {
  const examples: Record<Type['kind'], string> = {
    bool: 'false',
    enum: type.kind === 'enum' ? (type.values[0] ?? 'none') : 'none',
    string: '"none"',
    tokens: '0 tok',
    requests: '0 req',
    count: '0',
    money: '$0',
    duration: '0s',
    percent: '0%',
    decimal: '0.0',
    set: '{ }',
    time: 'now',
  };
  return examples[type.kind];
}

const stateAttributes = new Set(['up', 'latency']);

function modelAttribute(context: Context, path: Path, name: string, use: Use): Operand | undefined {
  const attribute = context.environment.attributes.get(`model.${name}`);
  if (!attribute) return unknownAttribute(context, path, `model.${name}`);
  if (context.modelAccess === 'none') {
    const [model] = context.environment.models;
    return context.findings.error('model-not-here', path.span, `\`model.${name}\` has no model to speak of here`, {
      help: `name the model (\`${model?.name ?? 'MODEL'}.${name}\`), or move the condition to a \`deny model\` or \`models where (…)\``,
    });
  }
  const { type } = attribute;
  if (!stateAttributes.has(name)) return catalogueAttribute(context, path, name, attribute, use);
  if (context.modelAccess === 'catalogue') {
    return context.findings.error('fact-in-catalogue', path.span, `\`model.${name}\` changes while the gateway runs`, {
      help: 'leave it out: a plan puts models that are down, and `fastest of` slow ones, to the end by itself',
    });
  }
  const optional = attribute.presence.kind === 'optional';
  if (optional && !use.mayBeMissing && !context.known.has(`model.${name}`)) {
    return maybeMissing(context, path, `model.${name}`, attribute);
  }
  return { span: path.span, type, parts: [{ kind: 'state', attribute: name, type, optional }] };
}

/** What the catalogue fixes may be read where every model states it, or where something takes care of those that do not. */
function catalogueAttribute(
  context: Context,
  path: Path,
  name: string,
  attribute: Attribute,
  use: Use,
): Operand | undefined {
  const { models: catalogue } = context.speaksOfReceivers ? withReceivers(context.environment) : context.environment;
  const lacking = catalogue.filter((model) => !model.attributes.has(name));
  const cared = use.mayBeMissing === true || context.known.has(`model.${name}`);
  if (lacking.length > 0 && !cared) {
    const models = listWords(lacking.map((model) => model.name));
    const under = lacking.every(isReceiver) ? 'guards' : 'models';
    const [verb, them] = lacking.length === 1 ? ['has', 'it'] : ['have', 'them'];
    return context.findings.error('model-lacks-value', path.span, `${models} ${verb} no \`${name}\``, {
      help: `write \`${name}: …\` beside ${them} under \`${under}:\` (${lacking[0]?.declaredAt}), or give a default with \`??\``,
    });
  }
  return { span: path.span, type: attribute.type, parts: [{ kind: 'catalogue', attribute: name }] };
}

/** `haiku.up` is a fact, `haiku.region` a constant. */
function oneModelsAttribute(
  context: Context,
  path: Path,
  index: readonly number[],
  name: string,
  use: Use,
): Operand | undefined {
  const attribute = context.environment.attributes.get(`model.${name}`);
  const model = context.environment.models[index[0] ?? -1];
  if (!attribute || !model) return unknownOfModel(context, path, name);
  const { type } = attribute;
  if (stateAttributes.has(name)) return fact(context, path, `${model.name}.${name}`, attribute, use);
  const value = model.attributes.get(name);
  if (value === undefined) {
    return context.findings.error('model-lacks-value', path.span, `\`${model.name}\` has no \`${name}\``, {
      help: `write \`${name}: …\` beside it under \`models:\` (${model.declaredAt})`,
    });
  }
  return { span: path.span, type, parts: [{ kind: 'constant', value }] };
}

function unknownOfModel(context: Context, path: Path, name: string): undefined {
  const near = nearestAttribute(context, `model.${name}`)?.slice('model.'.length);
  const place = path.segments[1]?.span ?? path.span;
  const said = `models have no attribute \`${name}\``;
  const mend = didYouMean(place, near, `declare \`model.${name}\` under \`attributes:\` in gateway.config.yaml`);
  return context.findings.error('unknown-attribute', place, said, mend);
}

function unknownWord(context: Context, path: Path, word: string, { expected }: Use): undefined {
  const isModel = context.modelIndex.has(word) || word === 'model' || word === 'requested';
  if (expected?.kind === 'string' && word !== 'model') {
    return context.findings.error('unknown-name', path.span, `a text is wanted here, and \`${word}\` is a name`, {
      help: `texts stand in double quotes: \`"${word}"\``,
      fix: [{ span: path.span, newText: JSON.stringify(word) }],
    });
  }
  if (isModel) return loneModel(context, path, word);
  if (expected?.kind === 'bool') {
    return context.findings.error('unknown-name', path.span, `\`${word}\` is neither \`true\` nor \`false\``, {
      help: 'write one of them, or only the attribute: it is a condition of its own',
    });
  }
  const near = suggest(word, context.lets.keys());
  const otherwise = 'a name alone is a `let`, a model, or a word beside an enum; texts stand in double quotes';
  const said = `nothing is called \`${word}\` here`;
  return context.findings.error('unknown-name', path.span, said, didYouMean(path.span, near, otherwise));
}

/** A model where a value is wanted: `model` and models are compared with one another only. */
function loneModel(context: Context, path: Path, word: string): undefined {
  const help =
    word === 'model'
      ? 'write `model == …` or `model in { … }` with names of models, or read an attribute: `model.region`'
      : word === 'requested'
        ? 'write `requested is known`, or `model in requested` in a `deny model`'
        : `write \`model == ${word}\`, compare \`request.model\` with a text, or read a fact of it: \`${word}.up\``;
  return context.findings.error('not-a-value', path.span, `\`${word}\` is not a value`, { help });
}

/** Of attributes with the same root those whose rest is spelt nearly so; else any. */
function nearestAttribute({ environment }: Context, key: string): string | undefined {
  const [root = ''] = key.split('.', 1);
  const keys = [...environment.attributes.keys()];
  const prefix = `${root}.`;
  const rests = keys.filter((known) => known.startsWith(prefix)).map((known) => known.slice(prefix.length));
  if (rests.length === 0) return suggest(key, keys);
  const rest = suggest(key.slice(prefix.length), rests);
  return rest === undefined ? undefined : `${prefix}${rest}`;
}

function unknownAttribute(context: Context, path: Path, key: string): undefined {
  const near = nearestAttribute(context, key);
  const mend = didYouMean(path.span, near, 'declare it under `attributes:` in gateway.config.yaml');
  return context.findings.error('unknown-attribute', path.span, `there is no attribute \`${key}\``, mend);
}
