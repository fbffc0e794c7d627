import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Item, Note } from '../syntax/ast.ts';
import { builtInRules } from './built-in-rules.ts';
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
      context.findings.error('declared-twice', placeOfName(item), `two rules are called \`${id}\``, {
        help: 'give one of them another name',
        secondary: [{ span: placeOfName(other), message: 'the first is here' }],
      });
    }
    if (idSpace(item) === 'rule' && builtInRules.includes(id)) {
      context.findings.error('declared-twice', placeOfName(item), `every policy has a rule called \`${id}\``, {
        help: 'give this one another name',
      });
    }
    taken.set(`${idSpace(item)} ${id}`, item);
    ids.set(item, id);
    if (item.kind === 'routes') for (const choice of item.choices) checkNotes(context, choice.notes, choice.kind);
  }
  return ids;
}

/** Where a rule's name is written. */
function placeOfName(item: Item): Span {
  const id = item.notes.find(({ name }) => name.text === 'id');
  return item.kind === 'budget' || item.kind === 'limit' ? item.name.span : (id?.span ?? item.span);
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
    const { text, span } = note.name;
    const form = noteForms.get(text);
    if (!form) {
      const mend = didYouMean(span, suggest(text, noteForms.keys()), `there are ${[...noteForms.values()].join(', ')}`);
      context.findings.error('bad-note', span, `there is no note \`@${text}\``, mend);
    } else if (seen.has(text)) {
      context.findings.error('bad-note', note.span, `\`@${text}\` stands here twice`, { help: 'keep one of them' });
    } else if (!hasForm(note)) {
      context.findings.error('bad-note', note.span, `\`@${text}\` is written otherwise`, { help: `write ${form}` });
    } else {
      checkPlace(context, note, kind);
    }
    seen.add(text);
  }
  const id = notes.find(({ name }) => name.text === 'id')?.values[0];
  return id && !callsItself.has(kind) ? bareWord(id) : undefined;
}

/** Rules that are called by their own name. */
const callsItself: ReadonlySet<string> = new Set(['route', 'split', 'budget', 'limit']);

/** Notes, and how each is written. */
const noteForms: ReadonlyMap<string, string> = new Map([
  ['id', '`@id(name)`'],
  ['owner', '`@owner("…")`'],
  ['link', '`@link("…")`'],
  ['mode', '`@mode(shadow)`'],
]);

function hasForm({ name, values: [value, ...more] }: Note): boolean {
  const word = value && bareWord(value);
  if (more.length > 0) return false;
  if (name.text === 'id') return word !== undefined;
  if (name.text === 'mode') return word === 'shadow';
  return value?.kind === 'literal' && value.type === 'string';
}

function checkPlace(context: Context, { name, span }: Note, kind: string): void {
  if (name.text === 'mode' && !canBeShadowed.has(kind)) {
    context.findings.error('bad-note', span, `a \`${kind}\` cannot be tried out in the shadow`, {
      help: 'delete the note; constraints, routes and obligations can be tried out',
    });
  }
  if (name.text === 'id' && callsItself.has(kind)) {
    context.findings.error('bad-note', span, `a \`${kind}\` is called by its own name`, { help: 'delete the note' });
  }
}
