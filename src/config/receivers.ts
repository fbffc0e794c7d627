import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ChannelConfig } from './config.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import { pickKeys } from './read-entries.ts';
import { readShape } from './read-shape.ts';
import { channelShape, guardShape } from './shapes.ts';
import { unknownWord } from './unknown-word.ts';

const guardKinds = [
  'pii',
  'secrets',
  'regex',
  'keywords',
  'json-schema',
  'length',
  'moderation',
  'presidio',
  'webhook',
  'judge',
];

/** A declared guard. Its further fields belong to the detector, which reads them when it is built. */
export function readGuard(node: ConfigNode, diagnostics: Diagnostic[]): { readonly kind: string } | undefined {
  const shape = readShape(guardShape, pickKeys(node, Object.keys(guardShape.shape)), diagnostics);
  if (!shape || guardKinds.includes(shape.kind)) return shape && { kind: shape.kind };
  const place = nodeAt(node, ['kind']) ?? node;
  const message = `${quoteNode(place)} is no kind of guard`;
  diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), guardKinds));
  return undefined;
}

/** A notification channel. Policies know it by its name alone. */
export function readChannel(node: ConfigNode, diagnostics: Diagnostic[]): ChannelConfig | undefined {
  const channel = readShape(channelShape, node, diagnostics);
  return channel && { webhook: channel.webhook, secret: channel.secret ?? '' };
}
