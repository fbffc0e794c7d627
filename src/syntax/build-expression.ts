import type { CstNode } from 'chevrotain';
import { errorAt } from '../diagnostics/report.ts';
import { joinSpans } from '../diagnostics/span.ts';
import type { Expression, Path, Relation } from './ast.ts';
import { buildLiteral } from './build-literal.ts';
import type { CstReader } from './cst.ts';

/** The expression under `parent.expression`, or a hole that later phases pass over. */
export function buildExpression(reader: CstReader, parent: CstNode | undefined, key = 'expression'): Expression {
  const node = reader.node(parent, key);
  if (!node) return hole(reader, parent);
  return flat(reader, node, 'or', 'conjunction', (conjunction) =>
    flat(reader, conjunction, 'and', 'negation', (negation) => buildNegation(reader, negation)),
  );
}

/** The expression of a `when` clause, where there is one. */
export function buildWhen(reader: CstReader, parent: CstNode | undefined): Expression | undefined {
  const node = reader.node(parent, 'when');
  return node && buildExpression(reader, node);
}

function hole(reader: CstReader, parent: CstNode | undefined): Expression {
  const span = parent ? reader.spanOf(parent) : { source: reader.source, start: 0, end: 0 };
  return { kind: 'invalid', span };
}

function flat(
  reader: CstReader,
  node: CstNode,
  kind: 'or' | 'and',
  key: string,
  build: (operand: CstNode) => Expression,
): Expression {
  const operands = reader.nodes(node, key).map(build);
  const [only] = operands;
  if (!only) return hole(reader, node);
  return operands.length === 1 ? only : { kind, span: reader.spanOf(node), operands };
}

function buildNegation(reader: CstReader, node: CstNode): Expression {
  const comparison = reader.node(node, 'comparison');
  const operand = comparison ? buildComparison(reader, comparison) : hole(reader, node);
  return reader
    .tokens(node, 'NotKeyword')
    .toReversed()
    .reduce<Expression>(
      (inner, token) => ({ kind: 'not', span: joinSpans(reader.spanOf(token), inner.span), operand: inner }),
      operand,
    );
}

function buildComparison(reader: CstReader, node: CstNode): Expression {
  const span = reader.spanOf(node);
  const left = buildCoalesce(reader, node, 'left');
  const negated = reader.has(node, 'NotKeyword');
  const relation = reader.node(node, 'relation');
  if (relation) {
    return {
      kind: 'compare',
      span,
      operator: buildRelation(reader, relation),
      left,
      right: buildCoalesce(reader, node, 'right'),
    };
  }
  if (reader.has(node, 'InKeyword'))
    return { kind: 'in', span, negated, left, right: buildCoalesce(reader, node, 'right') };
  if (reader.has(node, 'KnownKeyword') || reader.has(node, 'IsKeyword'))
    return { kind: 'known', span, negated, operand: left };
  const pattern = reader.token(node, 'String');
  if (reader.has(node, 'LikeKeyword')) {
    if (!pattern) return hole(reader, node);
    return {
      kind: 'like',
      span,
      operand: left,
      pattern: reader.text(pattern) ?? '',
      patternSpan: reader.spanOf(pattern),
    };
  }
  const regex = reader.token(node, 'Regex');
  if (reader.has(node, 'MatchesKeyword')) {
    if (!regex) return hole(reader, node);
    return {
      kind: 'matches',
      span,
      operand: left,
      pattern: regex.image.slice(1, -1),
      patternSpan: reader.spanOf(regex),
    };
  }
  return left;
}

export function buildRelation(reader: CstReader, node: CstNode): Relation {
  const token = reader.token(node, 'operator');
  const image = token?.image ?? '==';
  if (token && image === '=') {
    const span = reader.spanOf(token);
    const fix = [{ span, newText: '==' }];
    reader.diagnostics.push(errorAt('wrong-spelling', span, '`=` does not compare', { help: 'write `==`', fix }));
    return '==';
  }
  return image as Relation;
}

export function buildCoalesce(reader: CstReader, parent: CstNode | undefined, key = 'coalesce'): Expression {
  const node = reader.node(parent, key);
  if (!node) return hole(reader, parent);
  const operands = reader.nodes(node, 'primary').map((primary) => buildPrimary(reader, primary));
  const [only] = operands;
  if (!only) return hole(reader, node);
  return operands.length === 1 ? only : { kind: 'coalesce', span: reader.spanOf(node), operands };
}

function buildPrimary(reader: CstReader, node: CstNode): Expression {
  if (reader.has(node, 'expression')) return buildExpression(reader, node);
  return buildModelsOrAtom(reader, node);
}

/** `models where (…)`, a set in braces, or an atom. */
function buildModelsOrAtom(reader: CstReader, node: CstNode): Expression {
  const where = reader.node(node, 'modelsWhere');
  if (where) return { kind: 'models-where', span: reader.spanOf(where), condition: buildExpression(reader, where) };
  const set = reader.node(node, 'setLiteral');
  if (set) return buildSet(reader, set);
  const atom = reader.node(node, 'atom');
  return atom ? buildAtom(reader, atom) : hole(reader, node);
}

/** What a pick chooses from. */
export function buildTarget(reader: CstReader, parent: CstNode): Expression {
  const node = reader.node(parent, 'target');
  if (!node) return hole(reader, parent);
  return reader.has(node, 'modelName') ? buildModelName(reader, node) : buildModelsOrAtom(reader, node);
}

function buildSet(reader: CstReader, node: CstNode): Expression {
  const elements = reader.nodes(node, 'atom').map((atom) => buildAtom(reader, atom));
  return { kind: 'set-literal', span: reader.spanOf(node), elements };
}

function buildAtom(reader: CstReader, node: CstNode): Expression {
  const literal = reader.node(node, 'literal');
  if (literal) return buildLiteral(reader, literal);
  const model = reader.token(node, 'Model');
  if (model) return { kind: 'model', span: reader.spanOf(model), text: model.image };
  const path = reader.node(node, 'path');
  return (path && buildPath(reader, path)) ?? hole(reader, node);
}

export function buildPath(reader: CstReader, node: CstNode): Path | undefined {
  const segments = reader.names(node, 'segment');
  return segments.length === 0 ? undefined : { kind: 'path', span: reader.spanOf(node), segments };
}

export function buildPaths(reader: CstReader, parent: CstNode | undefined): Path[] {
  return reader.nodes(reader.node(parent, 'paths'), 'path').flatMap((path) => buildPath(reader, path) ?? []);
}

/** The models under `parent.modelName`, in order. */
export function buildModelNames(reader: CstReader, parent: CstNode): Expression[] {
  return reader.nodes(parent, 'modelName').flatMap((node): Expression[] => {
    const model = reader.token(node, 'Model');
    if (model) return [{ kind: 'model', span: reader.spanOf(model), text: model.image }];
    const name = reader.name(reader.token(node, 'Name'));
    return name ? [{ kind: 'path', span: name.span, segments: [name] }] : [];
  });
}

export function buildModelName(reader: CstReader, parent: CstNode): Expression {
  return buildModelNames(reader, parent)[0] ?? hole(reader, parent);
}

/** A value where only constants stand: in notes, tests and expectations. */
export function buildValue(reader: CstReader, node: CstNode): Expression {
  const literal = reader.node(node, 'literal');
  if (literal) return buildLiteral(reader, literal);
  const set = reader.node(node, 'setLiteral');
  if (set) return buildSet(reader, set);
  const model = reader.token(node, 'Model');
  if (model) return { kind: 'model', span: reader.spanOf(model), text: model.image };
  const name = reader.name(reader.token(node, 'Name'));
  return name ? { kind: 'path', span: name.span, segments: [name] } : hole(reader, node);
}
