import type { CstNode } from 'chevrotain';
import type { Assert, Expectation, Name, Test } from './ast.ts';
import {
  buildExpression,
  buildModelName,
  buildModelNames,
  buildPath,
  buildRelation,
  buildValue,
  buildWhen,
} from './build-expression.ts';
import { exactNumber } from './build-literal.ts';
import { buildReject } from './build-routes.ts';
import type { CstReader } from './cst.ts';
import { readInteger } from './quantities.ts';

export function buildAssert(reader: CstReader, node: CstNode): Assert | undefined {
  const claim = buildClaim(reader, node);
  if (!claim) return undefined;
  const mood = reader.token(node, 'mood')?.image === 'always' ? 'always' : 'never';
  return { kind: 'assert', span: reader.spanOf(node), notes: [], mood, claim, when: buildWhen(reader, node) };
}

function buildClaim(reader: CstReader, node: CstNode): Assert['claim'] | undefined {
  if (reader.has(node, 'ReachesKeyword')) return { kind: 'reaches', condition: buildExpression(reader, node) };
  if (reader.has(node, 'RejectsKeyword')) return { kind: 'rejects' };
  const route = buildTaken(reader, node);
  if (route) return { kind: 'takes', route };
  const relation = reader.node(node, 'relation');
  const count = reader.token(node, 'Int');
  if (!relation || !count) return undefined;
  return {
    kind: 'attempts',
    operator: buildRelation(reader, relation),
    count: exactNumber(reader, count, readInteger),
  };
}

function buildTaken(reader: CstReader, parent: CstNode): Name | undefined {
  const node = reader.node(parent, 'taken');
  return reader.name(reader.token(node, 'OtherwiseKeyword') ?? reader.token(node, 'Name'));
}

export function buildTest(reader: CstReader, node: CstNode): Test {
  const given = reader.nodes(reader.node(node, 'object'), 'fact').flatMap((fact) => {
    const path = reader.node(fact, 'path');
    const key = path && buildPath(reader, path);
    const value = reader.node(fact, 'value');
    return key && value ? [{ key, value: buildValue(reader, value), span: reader.spanOf(fact) }] : [];
  });
  const down = reader.nodes(node, 'down').map((entry) => ({
    model: buildModelName(reader, entry),
    failure: reader.name(reader.token(entry, 'Name')),
  }));
  const expectations = reader.nodes(node, 'expectation').flatMap((expectation) => {
    const expect = buildExpect(reader, expectation);
    return expect ? [{ span: reader.spanOf(expectation), expect }] : [];
  });
  const title = reader.text(reader.token(node, 'String')) ?? '';
  return { kind: 'test', span: reader.spanOf(node), notes: [], title, given, down, expectations };
}

function buildExpect(reader: CstReader, node: CstNode): Expectation['expect'] | undefined {
  const name = reader.name(reader.token(node, 'Name'));
  if (reader.has(node, 'PlanKeyword')) return { kind: 'plan', models: buildModelNames(reader, node) };
  const route = buildTaken(reader, node);
  if (route) return { kind: 'route', name: route };
  if (reader.has(node, 'ServedKeyword')) {
    return { kind: 'served', model: reader.has(node, 'NothingKeyword') ? 'nothing' : buildModelName(reader, node) };
  }
  const reject = reader.node(node, 'reject');
  if (reject) return { kind: 'reject', reject: buildReject(reader, reject) };
  if (!name) return undefined;
  if (reader.has(node, 'RemovedKeyword')) return { kind: 'removed', model: buildModelName(reader, node), rule: name };
  if (reader.has(node, 'ReplacedKeyword')) return { kind: 'replaced', name };
  const value = reader.node(node, 'value');
  const written = reader.token(node, 'written')?.image;
  if (value && written) return { kind: written as 'tag' | 'set' | 'cap', name, value: buildValue(reader, value) };
  const obligation = reader.token(node, 'obligation')?.image;
  return obligation ? { kind: obligation as 'budget' | 'limit' | 'guard' | 'cache' | 'notify', name } : undefined;
}
