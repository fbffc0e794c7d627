import { isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';
import type { ConfigNode, ScalarNode } from './config-node.ts';
import { firstLine } from './first-line.ts';
import { fillVariables, type Variables } from './variables.ts';
import { describeYamlErrors } from './yaml-errors.ts';

interface Reading {
  readonly source: Source;
  readonly variables: Variables;
  readonly diagnostics: Diagnostic[];
}

function spanOf(node: Node, reading: Reading): Span {
  const [start, end] = node.range ?? [0, 0];
  return firstLine(reading.source, start, end);
}

function readScalar(node: Node | null, at: Span, reading: Reading): ScalarNode {
  const own = node ? spanOf(node, reading) : at;
  const span = own.start < own.end ? own : at;
  const scalar = { kind: 'scalar', span, at, written: '', value: null, broken: true } as const;
  if (node === null) return { ...scalar, broken: false };
  if (!isScalar(node)) {
    reading.diagnostics.push(
      errorAt('config-not-supported', span, 'aliases are not supported here', { help: 'write the value out' }),
    );
    return scalar;
  }
  const written = node.source ?? '';
  if (typeof node.value === 'string' && !node.value.isWellFormed()) {
    const help = 'write the whole character';
    reading.diagnostics.push(errorAt('config-invalid-value', span, 'half of a surrogate pair is no text', { help }));
    return scalar;
  }
  if (typeof node.value === 'string') {
    const value = fillVariables(node.value, span, reading.variables, reading.diagnostics);
    return value === undefined ? { ...scalar, written } : { ...scalar, written, value, broken: false };
  }
  const value = typeof node.value === 'number' || typeof node.value === 'boolean' ? node.value : null;
  return { ...scalar, written, value, broken: false };
}

function readMap(map: YAMLMap, reading: Reading): ReadonlyMap<string, ConfigNode> {
  const entries = new Map<string, ConfigNode>();
  for (const { key, value } of map.items as readonly { key: Node; value: Node | null }[]) {
    const at = spanOf(key, reading);
    const name = isScalar(key) ? String(key.value).toWellFormed() : '';
    const earlier = entries.get(name);
    if (earlier === undefined) entries.set(name, readNode(value, at, reading));
    else {
      const secondary = [{ span: earlier.at, message: 'first written here' }];
      reading.diagnostics.push(
        errorAt('config-duplicate', at, `\`${name}\` is written twice`, { secondary, help: 'keep one of them' }),
      );
    }
  }
  return entries;
}

function readNode(node: Node | null, at: Span, reading: Reading): ConfigNode {
  if (isMap(node)) return { kind: 'map', span: spanOf(node, reading), at, entries: readMap(node, reading) };
  if (isSeq<Node | null>(node)) {
    const items = node.items.map((item) => readNode(item, item ? spanOf(item, reading) : at, reading));
    return { kind: 'list', span: spanOf(node, reading), at, items };
  }
  return readScalar(node, at, reading);
}

/** The YAML text as located values, its variables filled in. Nothing is made of a text that is not YAML. */
export function readYaml(source: Source, variables: Variables, diagnostics: Diagnostic[]): ConfigNode | undefined {
  const document = parseDocument(source.text, { prettyErrors: false, stringKeys: true, uniqueKeys: false });
  diagnostics.push(...describeYamlErrors(source, [...document.errors, ...document.warnings]));
  if (diagnostics.length > 0) return undefined;
  const reading = { source, variables, diagnostics };
  const { contents } = document;
  if (isMap(contents)) return readNode(contents, spanOf(contents, reading), reading);
  const span = contents ? spanOf(contents, reading) : firstLine(source, 0, 0);
  const help = 'begin with `version: 1`, then `policy: FILE`';
  diagnostics.push(
    errorAt('config-syntax', span, contents ? 'the config is not a map' : 'the config is empty', { help }),
  );
  return undefined;
}
