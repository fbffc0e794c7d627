import { type NationalId, nationalIdForms } from './national-id-forms.ts';
import type { Recognised, Recogniser } from './recogniser.ts';
import { words } from './words.ts';

const personal = words(
  'ssn',
  'social[ -]?security',
  'national id',
  'tax(?:payer)? (?:id|number)',
  'fiscal code',
  'personal (?:id|number|code)',
  'id (?:no|number|code)',
  'identity (?:no|number|code)',
  'identification (?:no|number|code)',
);

/** Country and abbreviation of each, as findings name them: `us-ssn`. */
export const nationalIdRules: readonly string[] = [...new Set(nationalIdForms.map(({ rule }) => rule))];

/** How far before the number its word may stand, and how far behind. */
const nearby = 40;
const behind = 24;

interface Wanted {
  readonly entry: NationalId;
  readonly pattern: RegExp;
}

const ofTelephones = words('phone', 'tel(?:ephone|efon)?', 'mobile', 'cell', 'fax', 'call', 'sms', 'whatsapp');

function isOne({ isValid, near }: NationalId, match: string, around: readonly string[]): boolean {
  if (near && !around.some((words) => near.test(words) || personal.test(words))) return false;
  if (!near && /^[0-9]+$/.test(match) && around.some((words) => ofTelephones.test(words))) return false;
  return isValid(match);
}

/** Where a number may begin: one pass over the text spares most of it the many forms. */
const begins = /(?<![\p{L}\p{N}_+]|[0-9][./-])(?=[A-Za-z]{0,6}[- ]?[0-9])[A-Za-z0-9]/gu;

function* matchesAt(text: string, start: number, wanted: readonly Wanted[]): Generator<Recognised> {
  const before = text.slice(Math.max(0, start - nearby), start);
  let last: Recognised | undefined;
  for (const { entry, pattern } of wanted) {
    pattern.lastIndex = start;
    const match = pattern.exec(text)?.[0];
    if (match === undefined || last?.rule === entry.rule) continue;
    const end = start + match.length;
    if (!isOne(entry, match, [before, text.slice(end, end + behind)])) continue;
    last = { start, end, rule: entry.rule };
    yield last;
  }
}

/** Numbers that states give to persons: of the countries that are named, else of all that are known here. */
export function nationalIdFinder(countries?: readonly string[]): Recogniser {
  const wanted = nationalIdForms
    .filter(({ country }) => countries?.includes(country) ?? true)
    .map((entry) => ({ entry, pattern: new RegExp(`(?:${entry.written})(?![\\p{L}\\p{N}_]|[./-][0-9])`, 'uy') }));
  return (text) => [...text.matchAll(begins)].flatMap(({ index }) => [...matchesAt(text, index, wanted)]);
}
