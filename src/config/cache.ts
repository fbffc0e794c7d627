import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Model } from '../semantics/environment.ts';
import type { CacheSettings } from './config.ts';
import { type ConfigNode, nodeAt, quoteNode, writtenText } from './config-node.ts';
import { readShape } from './read-shape.ts';
import { cacheShape } from './shapes.ts';
import { unknownWord } from './unknown-word.ts';

/** How long a text may be on its way to its vector before the request goes on without. */
const defaultTimeoutMs = 5_000;

const defaults = { maxEntries: 10_000, maxBytes: 256_000_000, maxAnswerBytes: 1_000_000, entries: 1_000 };

/** `cache:`: how much of answers is kept, and by which model texts are compared. What is kept, and for whom, is the policy's. */
export function readCache(
  root: ConfigNode,
  models: ReadonlyMap<string, { readonly model: Model }>,
  diagnostics: Diagnostic[],
): CacheSettings {
  const node = nodeAt(root, ['cache']);
  const cache = node && readShape(cacheShape, node, diagnostics);
  const { semantic, max_answer: maxAnswerBytes = defaults.maxAnswerBytes } = cache ?? {};
  const bounds = { maxEntries: cache?.entries ?? defaults.maxEntries, maxBytes: cache?.size ?? defaults.maxBytes };
  if (!node || !semantic) return { bounds, maxAnswerBytes, semantic: null };
  checkModel(nodeAt(node, ['semantic', 'model']) ?? node, models, diagnostics);
  const { model, entries = defaults.entries, timeout = defaultTimeoutMs } = semantic;
  return { bounds, maxAnswerBytes, semantic: { model, entries, timeoutMs: timeout } };
}

function checkModel(
  place: ConfigNode,
  models: ReadonlyMap<string, { readonly model: Model }>,
  diagnostics: Diagnostic[],
): void {
  const found = models.get(writtenText(place));
  if (found === undefined) {
    const message = `no model is called ${quoteNode(place)}`;
    diagnostics.push(unknownWord('config-unknown-name', place.span, message, writtenText(place), [...models.keys()]));
  } else if (!found.model.endpoints.has('embeddings')) {
    const help = 'name a model that makes embeddings, or say that it does: `abilities: { embeddings: true }`';
    const message = `${quoteNode(place)} makes no embeddings`;
    diagnostics.push(errorAt('config-invalid-value', place.span, message, { help }));
  }
}
