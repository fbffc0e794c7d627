import type { CstNode } from 'chevrotain';
import type { Budget, Cache, Cap, Guard, Limit, Literal, Mirror, SetParameter, Tag, Threshold, Window } from './ast.ts';
import { buildCoalesce, buildModelName, buildPaths, buildWhen } from './build-expression.ts';
import { exactNumber } from './build-literal.ts';
import { buildPlan, buildSalt } from './build-routes.ts';
import type { CstReader } from './cst.ts';
import { readDuration, readInteger, readMoney, readPercent, readSize } from './quantities.ts';

export function buildBudget(reader: CstReader, node: CstNode): Budget | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (!name) return undefined;
  return {
    kind: 'budget',
    span: reader.spanOf(node),
    notes: [],
    name,
    amount: buildCoalesce(reader, node),
    window: buildWindow(reader, node),
    each: buildPaths(reader, reader.node(node, 'each')),
    when: buildWhen(reader, node),
    thresholds: reader.nodes(node, 'threshold').map((threshold) => buildThreshold(reader, threshold)),
  };
}

function buildThreshold(reader: CstReader, node: CstNode): Threshold {
  const percent = reader.token(node, 'Percent');
  const channel = reader.name(reader.token(node, 'Name'));
  return {
    kind: 'threshold',
    span: reader.spanOf(node),
    at: percent ? exactNumber(reader, percent, readPercent) : 0,
    effect: channel ? { kind: 'notify', channel } : buildPlan(reader, node),
  };
}

export function buildLimit(reader: CstReader, node: CstNode): Limit | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (!name) return undefined;
  const burst = reader.node(node, 'burst');
  const otherwise = reader.node(node, 'elsePlan');
  const slots = reader.token(node, 'Int');
  return {
    kind: 'limit',
    span: reader.spanOf(node),
    notes: [],
    name,
    amount: slots
      ? {
          kind: 'literal',
          span: reader.spanOf(slots),
          type: 'integer',
          value: exactNumber(reader, slots, readInteger),
          unit: undefined,
        }
      : buildCoalesce(reader, node),
    window: slots ? 'concurrent' : buildWindow(reader, node),
    burst: burst && buildCoalesce(reader, burst),
    each: buildPaths(reader, reader.node(node, 'each')),
    when: buildWhen(reader, node),
    otherwise: otherwise && buildPlan(reader, otherwise),
  };
}

function buildWindow(reader: CstReader, parent: CstNode): Window {
  const node = reader.node(parent, 'per');
  const duration = reader.token(node, 'Duration');
  if (duration) return exactNumber(reader, duration, readDuration);
  return (reader.token(node, 'window')?.image ?? 'ever') as Window;
}

const capReaders = {
  input: readInteger,
  output: readInteger,
  cost: (text: string) => readMoney(text)?.nanos,
  time: readDuration,
} as const;

export function buildCap(reader: CstReader, node: CstNode): Cap | undefined {
  const subject = reader.token(node, 'subject')?.image as Cap['subject'] | undefined;
  const token = reader.token(node, 'amount');
  if (!subject || !token) return undefined;
  const value = exactNumber(reader, token, capReaders[subject]);
  const span = reader.spanOf(token);
  const amount: Literal =
    subject === 'cost'
      ? { kind: 'literal', span, type: 'money', value, currency: readMoney(token.image)?.currency ?? 'USD' }
      : subject === 'time'
        ? { kind: 'literal', span, type: 'duration', value }
        : { kind: 'literal', span, type: 'integer', value, unit: 'tok' };
  return { kind: 'cap', span: reader.spanOf(node), notes: [], subject, amount, when: buildWhen(reader, node) };
}

export function buildCache(reader: CstReader, node: CstNode): Cache {
  const percent = reader.token(node, 'Percent');
  const ttl = reader.token(node, 'Duration');
  const scope = reader.node(node, 'scope');
  return {
    kind: 'cache',
    span: reader.spanOf(node),
    notes: [],
    mode: (reader.token(node, 'mode')?.image ?? 'off') as Cache['mode'],
    above: percent && exactNumber(reader, percent, readPercent),
    ttlMs: ttl && exactNumber(reader, ttl, readDuration),
    scope: scope && (reader.has(scope, 'EveryoneKeyword') ? 'everyone' : buildPaths(reader, scope)),
    clauseSpans: {
      mode: reader.stretch(reader.token(node, 'CacheKeyword'), reader.token(node, 'mode')),
      ttl: reader.stretch(reader.token(node, 'TtlKeyword'), ttl),
      scope: reader.placeOf(scope),
    },
    when: buildWhen(reader, node),
  };
}

export function buildGuard(reader: CstReader, node: CstNode): Guard | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  const point = reader.token(node, 'point')?.image as Guard['point'] | undefined;
  const action = reader.token(node, 'action')?.image as Guard['action'] | undefined;
  if (!name || !point || !action) return undefined;
  const streamNode = reader.node(node, 'stream');
  const stream = buildStream(reader, streamNode);
  return {
    kind: 'guard',
    span: reader.spanOf(node),
    notes: [],
    name,
    point,
    action,
    stream,
    clauseSpans: { stream: reader.placeOf(streamNode) },
    when: buildWhen(reader, node),
  };
}

function buildStream(reader: CstReader, node: CstNode | undefined): Guard['stream'] {
  const handling = reader.token(node, 'handling')?.image;
  const size = reader.token(node, 'Size');
  if (size) return { windowBytes: exactNumber(reader, size, readSize) };
  return handling === 'buffer' || handling === 'observe' ? handling : undefined;
}

export function buildSet(reader: CstReader, node: CstNode): SetParameter | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (!name) return undefined;
  const value = reader.has(node, 'OffKeyword') ? 'off' : buildCoalesce(reader, node);
  return { kind: 'set', span: reader.spanOf(node), notes: [], name, value, when: buildWhen(reader, node) };
}

export function buildTag(reader: CstReader, node: CstNode): Tag | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (!name) return undefined;
  const value = buildCoalesce(reader, node);
  return { kind: 'tag', span: reader.spanOf(node), notes: [], name, value, when: buildWhen(reader, node) };
}

export function buildMirror(reader: CstReader, node: CstNode): Mirror {
  const percent = reader.token(node, 'Percent');
  return {
    kind: 'mirror',
    span: reader.spanOf(node),
    notes: [],
    share: percent ? exactNumber(reader, percent, readPercent) : 0,
    clauseSpans: { share: reader.placeOf(percent) },
    on: buildCoalesce(reader, node),
    salt: buildSalt(reader, node),
    to: buildModelName(reader, node),
    when: buildWhen(reader, node),
  };
}
