import type { Item, Note } from '../syntax/ast.ts';
import { bareWord, type Context } from './context.ts';

/**
 * Names rules for decisions and messages: `@id(name)`, else the rule's own name, else its kind and number in the file. Never
 * its line, which an edit elsewhere would change.
 */
export function nameRules(context: Context, items: readonly Item[]): ReadonlyMap<Item, string> {
  const ids = new Map<Item, string>();
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  for (const item of items) {
    const number = (counts.get(item.kind) ?? 0) + 1;
    counts.set(item.kind, number);
    const id = checkNotes(context, item.notes) ?? `${item.kind}-${number}`;
    if (taken.has(id)) {
      context.findings.error('declared-twice', item.span, `two rules are called \`${id}\``, {
        help: 'give one of them another `@id(…)`',
      });
    }
    taken.add(id);
    ids.set(item, id);
  }
  return ids;
}

/** The `@id` among the notes; notes that do not exist are reported. */
function checkNotes(context: Context, notes: readonly Note[]): string | undefined {
  let id: string | undefined;
  for (const note of notes) {
    const [value] = note.values;
    const known = ['id', 'owner', 'link'].includes(note.name.text);
    if (note.name.text === 'id') id = value && bareWord(value);
    if (note.name.text === 'mode') {
      context.findings.error('not-supported', note.span, '`@mode(…)` is not supported yet', {
        help: 'delete the note',
      });
    } else if (!known || note.values.length !== 1) {
      context.findings.error('bad-note', note.span, 'there is no such note', {
        help: 'write `@id(name)`, `@owner("…")` or `@link("…")`',
      });
    }
  }
  return id;
}
