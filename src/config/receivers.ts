import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ChannelConfig } from './config.ts';
import type { ConfigNode } from './config-node.ts';
import { readShape } from './read-shape.ts';
import { channelShape } from './shapes.ts';

/** A notification channel. Policies know it by its name alone. */
export function readChannel(node: ConfigNode, diagnostics: Diagnostic[]): ChannelConfig | undefined {
  const channel = readShape(channelShape, node, diagnostics);
  return channel && { webhook: channel.webhook, secret: channel.secret ?? '' };
}
