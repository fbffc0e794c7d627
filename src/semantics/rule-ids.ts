import type { Item, Note } from '../syntax/ast.ts';
import { bareWord, type Context } from './context.ts';

/** Rules that may be tried out: evaluated, logged, and otherwise as if they were not there. */
const canBeShadowed: ReadonlySet<string> = new Set([
  'deny', 'require', 'route', 'split', 'budget', 'limit', 'cap', 'cache', 'guard', 'set', 'tag', 'mirror',
]); // biome-ignore format: a list

/**
 * Names rules for decisions and messages: `@id(name)`, else the rule's own name, else its kind and number in the file, with the
 * policy's name before it where it stands in a parent. Never its line, which an edit elsewhere would change.
 */
export function nameRules(
  context: Context,
  items: readonly Item[],
  isParent: boolean,
  taken: Map<string, Item>,
): ReadonlyMap<Item, string> {
  const ids = new Map<Item, string>();
  const counts = new Map<string, number>();
  for (const item of items) {
    const number = (counts.get(item.kind) ?? 0) + 1;
    counts.set(item.kind, number);
    const own = checkNotes(context, item.notes, item.kind) ?? ownName(item);
    const id = own ?? `${isParent ? `${context.policy}#` : ''}${item.kind}-${number}`;
    const other = own === undefined ? undefined : taken.get(`${idSpace(item)} ${id}`);
    if (other) {
      context.findings.error('declared-twice', item.span, `two rules are called \`${id}\``, {
        help: 'give one of them another name',
        secondary: [{ span: other.span, message: 'the first is here' }],
      });
    }
    taken.set(`${idSpace(item)} ${id}`, item);
    ids.set(item, id);
    if (item.kind === 'routes') for (const choice of item.choices) checkNotes(context, choice.notes, choice.kind);
  }
  return ids;
}

/** Budgets and limits are known by their names; guards and tags of one name are several rules. */
function ownName(item: Item): string | undefined {
  return item.kind === 'budget' || item.kind === 'limit' ? item.name.text : undefined;
}

/** A budget and a limit may share a name; both are read under their kind. */
function idSpace({ kind }: Item): string {
  return kind === 'budget' || kind === 'limit' ? kind : 'rule';
}

export function shadowed(notes: readonly Note[]): boolean {
  return notes.some(
    ({ name, values }) => name.text === 'mode' && values[0] !== undefined && bareWord(values[0]) === 'shadow',
  );
}

/** The `@id` among the notes; notes that do not exist, or not here, are reported. */
function checkNotes(context: Context, notes: readonly Note[], kind: string): string | undefined {
  const seen = new Set<string>();
  for (const note of notes) {
    const wrong = seen.has(note.name.text) ? `\`@${note.name.text}\` stands here twice` : wrongNote(note, kind);
    if (wrong) {
      context.findings.error('bad-note', note.span, wrong, {
        help: 'there are `@id(name)`, `@owner("…")`, `@link("…")` and, on rules, `@mode(shadow)`',
      });
    }
    seen.add(note.name.text);
  }
  const id = notes.find(({ name }) => name.text === 'id')?.values[0];
  return id && !callsItself.has(kind) ? bareWord(id) : undefined;
}

/** Rules that are called by their own name. */
const callsItself: ReadonlySet<string> = new Set(['route', 'split', 'budget', 'limit']);

function wrongNote({ name, values }: Note, kind: string): string | undefined {
  const [value, ...more] = values;
  const word = value && bareWord(value);
  const isText = value?.kind === 'literal' && value.type === 'string';
  const fits = new Map([
    ['id', word !== undefined],
    ['mode', word === 'shadow'],
    ['owner', isText],
    ['link', isText],
  ]);
  if (fits.get(name.text) !== true || more.length > 0) return 'there is no such note';
  if (name.text === 'mode' && !canBeShadowed.has(kind)) return `a \`${kind}\` cannot be tried out in the shadow`;
  if (name.text === 'id' && callsItself.has(kind)) return `a \`${kind}\` is called by its own name`;
  return undefined;
}
