import type { CstNode } from 'chevrotain';
import { joinSpans, type Span } from '../diagnostics/span.ts';
import type { Branch, Destination, Fallback, Name, Pick, Plan, Reject, Retry, Route, Routes, Split } from './ast.ts';
import { buildCoalesce, buildExpression, buildTarget, buildWhen } from './build-expression.ts';
import { exactNumber } from './build-literal.ts';
import { buildNotes } from './build-notes.ts';
import type { CstReader } from './cst.ts';
import { readDuration, readInteger, readPercent } from './quantities.ts';

export function buildRoutes(reader: CstReader, node: CstNode): Routes {
  const choices = reader.nodes(node, 'choice').flatMap((choice): (Route | Split)[] => {
    const notes = buildNotes(reader, choice);
    const route = reader.node(choice, 'route');
    const split = reader.node(choice, 'split');
    const built = route ? buildRoute(reader, route) : split && buildSplit(reader, split);
    return built ? [{ ...built, notes }] : [];
  });
  return { kind: 'routes', span: reader.spanOf(node), notes: [], choices, otherwise: buildDestination(reader, node) };
}

function buildRoute(reader: CstReader, node: CstNode): Route | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (!name) return undefined;
  const when = buildExpression(reader, reader.node(node, 'when'));
  return {
    kind: 'route',
    span: reader.spanOf(node),
    notes: [],
    name,
    when,
    destination: buildDestination(reader, node),
  };
}

function buildSplit(reader: CstReader, node: CstNode): Split | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  const otherwise = reader.node(node, 'share');
  if (!name || !otherwise) return undefined;
  return {
    kind: 'split',
    span: reader.spanOf(node),
    notes: [],
    name,
    on: buildCoalesce(reader, node),
    salt: buildSalt(reader, node),
    when: buildWhen(reader, node),
    branches: reader.nodes(node, 'branch').map((branch) => buildBranch(reader, branch)),
    otherwise: buildShare(reader, otherwise, undefined),
  };
}

function buildBranch(reader: CstReader, node: CstNode): Branch {
  const percent = reader.token(node, 'Percent');
  const share = percent ? exactNumber(reader, percent, readPercent) : 0;
  return buildShare(reader, reader.node(node, 'share') ?? node, share);
}

function buildShare(reader: CstReader, node: CstNode, share: number | undefined): Branch {
  const as = reader.name(reader.token(node, 'Name'));
  return { kind: 'branch', span: reader.spanOf(node), share, as, destination: buildDestination(reader, node) };
}

export function buildSalt(reader: CstReader, parent: CstNode): string | undefined {
  return reader.text(reader.token(reader.node(parent, 'salt'), 'String'));
}

function buildDestination(reader: CstReader, parent: CstNode): Destination {
  const tail = reader.node(parent, 'tail');
  const retries = reader.nodes(tail, 'retry').flatMap((node) => buildRetry(reader, node));
  const [fallback] = reader.nodes(tail, 'fallback').map((node) => buildFallback(reader, node));
  const span = spanOfDestination(reader, parent);
  return { kind: 'destination', span, plan: buildPlan(reader, parent), retries, fallback };
}

function spanOfDestination(reader: CstReader, parent: CstNode): Span {
  const plan = reader.node(parent, 'plan');
  const otherwise = reader.token(parent, 'OtherwiseKeyword');
  const span = reader.spanOf(plan ?? parent);
  return otherwise ? joinSpans(reader.spanOf(otherwise), span) : span;
}

/** The plan under `parent.plan`; a missing one is an empty `use`, reported by the parser. */
export function buildPlan(reader: CstReader, parent: CstNode): Plan {
  const node = reader.node(parent, 'plan');
  const reject = reader.node(node, 'reject');
  if (reject) return buildReject(reader, reject);
  const picks = reader.nodes(node, 'pick').map((pick) => buildPick(reader, pick));
  return { kind: 'use', span: reader.spanOf(node ?? parent), picks };
}

export function buildReject(reader: CstReader, node: CstNode): Reject {
  const status = reader.token(node, 'Int');
  return {
    kind: 'reject',
    span: reader.spanOf(node),
    status: status ? exactNumber(reader, status, readInteger) : 403,
    message: reader.text(reader.token(node, 'String')),
  };
}

function buildPick(reader: CstReader, node: CstNode): Pick {
  const spread = reader.node(node, 'spread');
  const clauses = reader.nodes(node, 'pickClause');
  const order = reader.token(node, 'order')?.image === 'cheapest' ? 'cheapest' : 'fastest';
  const clause = (keyword: string) => clauses.find((candidate) => reader.has(candidate, keyword));
  const milliseconds = (found: CstNode | undefined) => {
    const token = reader.token(found, 'Duration');
    return token && exactNumber(reader, token, readDuration);
  };
  const after = clause('AfterKeyword');
  return {
    kind: 'pick',
    span: reader.spanOf(node),
    order: spread
      ? {
          kind: 'spread',
          span: reader.spanOf(spread),
          on: buildCoalesce(reader, spread),
          salt: buildSalt(reader, spread),
        }
      : reader.has(node, 'order')
        ? order
        : 'written',
    target: buildTarget(reader, spread ?? node),
    after: after && buildNames(reader, after),
    timeoutMs: milliseconds(clause('TimeoutKeyword')),
    firstTokenMs: milliseconds(clause('FirstKeyword')),
    clauseSpans: {
      after: reader.placeOf(after),
      timeout: reader.placeOf(clause('TimeoutKeyword')),
      firstToken: reader.placeOf(clause('FirstKeyword')),
    },
  };
}

export function buildNames(reader: CstReader, parent: CstNode): Name[] {
  return reader.names(reader.node(parent, 'names'), 'Name');
}

export function buildRetry(reader: CstReader, node: CstNode): Retry {
  const times = reader.token(node, 'Int');
  const from = reader.token(node, 'from');
  const to = reader.token(node, 'to');
  return {
    kind: 'retry',
    span: reader.spanOf(node),
    notes: [],
    times: times ? exactNumber(reader, times, readInteger) : 0,
    on: buildNames(reader, node),
    backoffMs:
      from && to ? [exactNumber(reader, from, readDuration), exactNumber(reader, to, readDuration)] : undefined,
    clauseSpans: { backoff: reader.stretch(from, to) },
  };
}

export function buildFallback(reader: CstReader, node: CstNode): Fallback {
  const attempts = reader.token(node, 'Int');
  const within = reader.token(node, 'Duration');
  return {
    kind: 'fallback',
    span: reader.spanOf(node),
    notes: [],
    on: buildNames(reader, node),
    maxAttempts: attempts && exactNumber(reader, attempts, readInteger),
    withinMs: within && exactNumber(reader, within, readDuration),
    clauseSpans: {
      max: reader.stretch(reader.token(node, 'MaxKeyword'), reader.token(node, 'AttemptsKeyword')),
      within: reader.stretch(reader.token(node, 'WithinKeyword'), within),
    },
  };
}
