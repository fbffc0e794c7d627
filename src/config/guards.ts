import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import type { GuardConfig, GuardFields, GuardKind } from './guard-config.ts';
import { guardShapes } from './guard-shapes.ts';
import { pickKeys } from './read-entries.ts';
import { readShape } from './read-shape.ts';
import { guardShape } from './shapes.ts';
import { unknownWord } from './unknown-word.ts';

const kinds = Object.keys(guardShapes);

/** How long a guard may think where its config says nothing. */
const defaultTimeoutMs = 5_000;

const isKind = (kind: string): kind is GuardKind => kinds.includes(kind);

function readKind(node: ConfigNode, diagnostics: Diagnostic[]): GuardKind | undefined {
  const shape = readShape(guardShape, pickKeys(node, Object.keys(guardShape.shape)), diagnostics);
  if (!shape || isKind(shape.kind)) return shape && (shape.kind as GuardKind);
  const place = nodeAt(node, ['kind']) ?? node;
  const message = `${quoteNode(place)} is no kind of guard`;
  diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), kinds));
  return undefined;
}

/** What no shape can say of the fields: a judge is a model that exists, and a secret that signs is not empty. */
function checkFields(guard: GuardConfig, node: ConfigNode, models: readonly string[], diagnostics: Diagnostic[]): void {
  if (guard.kind === 'judge' && !models.includes(guard.fields.model)) {
    const place = nodeAt(node, ['model']) ?? node;
    const message = `no model is called ${quoteNode(place)}`;
    diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), models));
  }
  const receives = guard.kind === 'moderation' || guard.kind === 'presidio' || guard.kind === 'webhook';
  if (receives && models.includes(guard.name)) {
    const message = `the guard \`${guard.name}\` is called like a model`;
    const help = 'give it another name: `deny model` speaks of both, by their names';
    diagnostics.push(errorAt('config-invalid-value', node.at, message, { help }));
  }
  if (guard.kind === 'webhook' && guard.fields.secret === '') {
    const place = nodeAt(node, ['secret']) ?? node;
    const help = 'the receiver knows by it that the gateway is calling: write some text, or a variable that is set';
    diagnostics.push(errorAt('config-invalid-value', place.span, 'the secret of a webhook is empty', { help }));
  }
}

/** A declared guard, with the fields of its kind. */
export function readGuard(
  name: string,
  node: ConfigNode,
  models: readonly string[],
  diagnostics: Diagnostic[],
): GuardConfig | undefined {
  const kind = readKind(node, diagnostics);
  const fields: GuardFields<GuardKind> | undefined = kind && readShape(guardShapes[kind], node, diagnostics);
  if (!kind || !fields) return undefined;
  // The fields were read with the shape of this kind, which the compiler cannot follow through the table.
  const guard = {
    name,
    kind,
    region: fields.region ?? null,
    onError: fields.on_error ?? 'block',
    restore: fields.restore ?? false,
    timeoutMs: fields.timeout ?? defaultTimeoutMs,
    fields,
  } as GuardConfig;
  checkFields(guard, node, models, diagnostics);
  return guard;
}
