import type { z } from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { positionAt } from '../diagnostics/source.ts';
import type { Attribute, Presence } from '../semantics/environment.ts';
import type { Type } from '../semantics/types.ts';
import { readType } from './attribute-type.ts';
import type { FactSource } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { readFactSource } from './fact-source.ts';
import { readShape } from './read-shape.ts';
import { attributeShape } from './shapes.ts';
import { readTyped } from './typed-value.ts';
import { unknownWord } from './unknown-word.ts';

type Shape = z.output<typeof attributeShape>;

/** A declared attribute and where the door finds it. */
export interface Declaration {
  readonly attribute: Attribute;
  readonly sources: readonly FactSource[];
}

interface Known {
  readonly builtins: ReadonlyMap<string, Attribute>;
  readonly currency: string;
}

const roots = ['request', 'caller', 'model'];
const attributeName = /^(\w+)\.[A-Za-z_]\w*(?:-\w+)*$/;

/** Fields that an entry of `models` or `keys` has anyway. */
const takenFields: ReadonlySet<string> = new Set(['model.upstream', 'model.answers_to', 'caller.name', 'caller.hash']);

function checkName(key: string, node: ConfigNode, builtins: Known['builtins'], diagnostics: Diagnostic[]): boolean {
  const root = attributeName.exec(key)?.[1];
  if (root === undefined) {
    const help = 'write `request`, `caller` or `model`, a dot and one word';
    diagnostics.push(
      errorAt('config-invalid-value', node.at, `\`${key}\` cannot be the name of an attribute`, { help }),
    );
  } else if (!roots.includes(root)) {
    const message = `an attribute cannot begin with \`${root}\``;
    diagnostics.push(unknownWord('config-unknown-name', node.at, message, root, roots));
  } else if (builtins.has(key)) {
    const help = 'leave it out: policies may read it as it is';
    diagnostics.push(errorAt('config-built-in-name', node.at, `\`${key}\` is built in`, { help }));
  } else if (takenFields.has(key)) {
    const message = `\`${key}\` would be a field that has another meaning`;
    diagnostics.push(errorAt('config-built-in-name', node.at, message, { help: 'call it something else' }));
  } else return true;
  return false;
}

function readPresence(
  type: Type,
  shape: Shape,
  node: ConfigNode,
  known: Known,
  diagnostics: Diagnostic[],
): Presence | undefined {
  const fallback = nodeAt(node, ['default']);
  const stated = [shape.required, shape.optional, fallback].filter((choice) => choice !== undefined);
  if (stated.length !== 1) {
    const message = 'say what holds when it is absent, in one way';
    const help = 'write one of `required: true`, `optional: true` and `default: …`';
    diagnostics.push(errorAt('config-invalid-value', node.at, message, { help }));
    return undefined;
  }
  if (!fallback) return { kind: shape.required ? 'required' : 'optional' };
  const value = readTyped(type, fallback, known.currency, diagnostics);
  return value === undefined ? undefined : { kind: 'default', value };
}

function readSources(key: string, shape: Shape, node: ConfigNode, diagnostics: Diagnostic[]): readonly FactSource[] {
  const from = nodeAt(node, ['from']);
  if (!key.startsWith('request.')) {
    if (from) {
      const message = 'only a `request.` attribute is read from the request';
      const help = key.startsWith('caller.')
        ? 'its value is a field of the key'
        : "its value is a field of the model's entry";
      diagnostics.push(errorAt('config-invalid-value', from.at, message, { help }));
    }
    return [];
  }
  if (!shape.from?.length) {
    const help = 'say where it is read from: `from: [ "header x-name" ]` or `[ "metadata name" ]`';
    diagnostics.push(errorAt('config-missing-key', from?.at ?? node.at, '`from` is missing', { help }));
  }
  const read = shape.from?.map((text, index) =>
    readFactSource(text, nodeAt(node, ['from', index]) ?? node, diagnostics),
  );
  return read?.filter((source) => source !== undefined) ?? [];
}

export function readDeclaration(
  key: string,
  node: ConfigNode,
  known: Known,
  diagnostics: Diagnostic[],
): Declaration | undefined {
  const named = checkName(key, node, known.builtins, diagnostics);
  const shape = readShape(attributeShape, node, diagnostics);
  if (!shape || !named) return undefined;
  const sources = readSources(key, shape, node, diagnostics);
  const type = readType(key, shape, node, diagnostics);
  const presence = type && readPresence(type, shape, node, known, diagnostics);
  if (!presence) return undefined;
  const declaredAt = `${node.at.source.name}:${positionAt(node.at.source, node.at.start).line}`;
  const attribute = { key, type, presence, declaredAt };
  return { attribute: shape.sensitive ? { ...attribute, sensitive: true } : attribute, sources };
}
