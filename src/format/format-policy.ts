import { hasErrors, type Parsed } from '../diagnostics/diagnostic.ts';
import { createSource, type Source } from '../diagnostics/source.ts';
import { parsePolicy } from '../syntax/parse-policy.ts';
import { layoutDamage } from './check-layout.ts';
import { printFile } from './print-file.ts';
import { readTree } from './read-tree.ts';
import { renderDoc } from './render-doc.ts';

/**
 * A policy's text in the one layout. A text with syntax errors has none: there are only the errors then. The result is read
 * again before it is given out; should it not mean the same or lack a comment, that is a bug of ours, and thrown.
 */
export function formatPolicy(source: Source): Parsed<string> {
  const { value: file, diagnostics } = parsePolicy(source);
  if (!file || hasErrors(diagnostics)) return { value: undefined, diagnostics };
  const { root, printing } = readTree(source);
  const value = renderDoc(printFile(printing, root));
  const damage = layoutDamage(file, createSource(source.name, value));
  if (damage !== undefined) throw new Error(`${damage} (${source.name}); nothing was written`);
  return { value, diagnostics };
}
