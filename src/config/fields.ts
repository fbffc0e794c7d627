import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Attribute } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import type { ConfigNode } from './config-node.ts';
import { readTyped } from './typed-value.ts';
import { unknownWord } from './unknown-word.ts';

/** What attributes there are, and the currency of those that are money. */
export interface Vocabulary {
  readonly builtins: ReadonlyMap<string, Attribute>;
  readonly declared: ReadonlyMap<string, Attribute>;
  readonly currency: string;
}

/** An entry whose fields are attributes of a root, beside some fields of its own. */
export interface FieldOwner {
  readonly root: 'model' | 'caller';
  /** How a message calls the entry. */
  readonly title: string;
  readonly ownFields: readonly string[];
  /** Attributes that are known in another way and cannot be written here. */
  readonly unwritable: ReadonlySet<string>;
}

function writableAttributes(owner: FieldOwner, vocabulary: Vocabulary): ReadonlyMap<string, Attribute> {
  const prefix = `${owner.root}.`;
  const all = [...vocabulary.builtins.values(), ...vocabulary.declared.values()];
  const writable = all.filter(({ key }) => key.startsWith(prefix) && !owner.unwritable.has(key));
  return new Map(writable.map((attribute) => [attribute.key.slice(prefix.length), attribute]));
}

/** The attributes that an entry states, by short name; unknown fields and missing required ones are reported. */
export function readFields(
  node: ConfigNode,
  owner: FieldOwner,
  vocabulary: Vocabulary,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  if (node.kind !== 'map') return values;
  const writable = writableAttributes(owner, vocabulary);
  for (const [field, child] of node.entries) {
    if (owner.ownFields.includes(field)) continue;
    const attribute = writable.get(field);
    const value = attribute && readTyped(attribute.type, child, vocabulary.currency, diagnostics);
    if (value !== undefined) values.set(field, value);
    if (attribute) continue;
    const candidates = [...owner.ownFields, ...writable.keys()];
    const message = `\`${field}\` is no field of ${owner.title}`;
    diagnostics.push(unknownWord('config-unknown-key', child.at, message, field, candidates));
  }
  for (const [field, attribute] of writable) {
    const needed = attribute.presence.kind === 'required' && vocabulary.declared.has(attribute.key);
    if (!needed || node.entries.has(field)) continue;
    const help = `\`${attribute.key}\` is declared required in ${attribute.declaredAt}`;
    diagnostics.push(errorAt('config-missing-key', node.at, `\`${field}\` is missing`, { help }));
  }
  return values;
}
