import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { warningAt } from '../../diagnostics/report.ts';
import type { PolicyFile } from '../../syntax/ast.ts';
import type { Context } from '../context.ts';

/** Every `let` is used by some rule. */
export function unusedLets(context: Context, file: PolicyFile): Diagnostic[] {
  return file.items.flatMap((item) => {
    if (item.kind !== 'let' || context.usedLets.has(item.name.text)) return [];
    return [warningAt('unused-let', item.name.span, `\`${item.name.text}\` is used nowhere`, { help: 'delete it' })];
  });
}
