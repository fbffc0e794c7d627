import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { LedgerSettings } from './config.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { readShape } from './read-shape.ts';
import { ledgerMapShape, ledgerShape } from './shapes.ts';

const dayMs = 86_400_000;

/** A file beside the config. What is older than three months is removed, and no content is kept. */
const defaults: LedgerSettings = {
  url: 'sqlite:.llmpolicy/ledger.db',
  keepMs: 90 * dayMs,
  content: false,
  onUnavailable: 'refuse',
};

/** `ledger:`, as one word or with all its settings. */
export function readLedger(root: ConfigNode, diagnostics: Diagnostic[]): LedgerSettings {
  const node = nodeAt(root, ['ledger']);
  if (!node) return defaults;
  if (node.kind !== 'map') return { ...defaults, url: readShape(ledgerShape, node, diagnostics) ?? defaults.url };
  const ledger = readShape(ledgerMapShape, node, diagnostics);
  const { url = defaults.url, keep = defaults.keepMs, content = defaults.content, on_unavailable } = ledger ?? {};
  return {
    url,
    keepMs: keep === 'forever' ? null : keep,
    content,
    onUnavailable: on_unavailable ?? defaults.onUnavailable,
  };
}
