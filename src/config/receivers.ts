import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ConfigNode } from './config-node.ts';
import { readShape } from './read-shape.ts';
import { channelShape } from './shapes.ts';

/** A notification channel. Policies know it by its name alone. */
export function checkChannel(node: ConfigNode, diagnostics: Diagnostic[]): void {
  readShape(channelShape, node, diagnostics);
}
