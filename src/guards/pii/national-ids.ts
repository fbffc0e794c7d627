import { stdnum, type Validator } from 'stdnum';
import type { Recognised, Recogniser } from './recogniser.ts';

interface NationalId {
  readonly country: string;
  readonly rule: string;
  /** How it is written. */
  readonly written: string;
  readonly validator: Validator;
  /** A number of this form is common in other texts: it counts only with one of these words shortly before it. */
  readonly near?: RegExp;
}

const words = (...list: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}])(?:${list.join('|')})(?![\\p{L}])`, 'iu');
const personal = words(
  'ssn',
  'social[ -]?security',
  'national id',
  'tax id',
  'personal (?:id|number|code)',
  'id (?:no|number)',
);

function id(country: string, abbreviation: string, written: string, near?: RegExp): NationalId {
  const validator = stdnum[country]?.[abbreviation];
  if (!validator) throw new Error(`stdnum knows no ${country} ${abbreviation}`);
  return { country, rule: `${country.toLowerCase()}-${abbreviation}`, written, validator, ...(near ? { near } : {}) };
}

/** Forms as people write them; check digits, dates and ranges are the library's. */
const ids: readonly NationalId[] = [
  id('US', 'ssn', '[0-9]{3}-[0-9]{2}-[0-9]{4}'),
  id('US', 'ssn', '[0-9]{3} ?[0-9]{2} ?[0-9]{4}', words('ssn', 'social[ -]?security')),
  id('GB', 'nino', '[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]'),
  id('GB', 'nino', '[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2}', words('nino', 'national insurance', 'ni number')),
  id('FR', 'nir', '[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}'),
  id(
    'DE',
    'idnr',
    '[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}',
    words('steuer-?id(?:nr)?', 'steuer\\S*nummer', 'idnr', 'tax id'),
  ),
  id('ES', 'dni', '[0-9]{8}-?[A-Z]'),
  id('ES', 'nie', '[XYZxyz]-?[0-9]{7}-?[A-Za-z]'),
  id('IT', 'codicefiscale', '[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]'),
  id('BE', 'nn', '[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}-[0-9]{3}\\.[0-9]{2}'),
  id('BE', 'nn', '[0-9]{11}', words('rijksregister\\S*', '(?:num[ée]ro|registre) national', 'niss')),
  id('CH', 'ssn', '756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}'),
  id('SE', 'personnummer', '(?:19|20)?[0-9]{6}[-+][0-9]{4}'),
  id('FI', 'hetu', '[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]'),
  id('DK', 'cpr', '[0-9]{6}-[0-9]{4}', words('cpr(?:-?(?:nr|nummer))?', 'personnummer')),
  id('NO', 'fodselsnummer', '[0-9]{6} ?[0-9]{5}', words('f(?:ø|o)dselsnummer', 'personnummer')),
  id('PL', 'pesel', '[0-9]{11}', words('pesel')),
  id('NL', 'bsn', '[0-9]{8,9}|[0-9]{4}\\.[0-9]{2}\\.[0-9]{3}', words('bsn', 'burgerservicenummer')),
  id('CZ', 'rc', '[0-9]{6}/[0-9]{3,4}'),
  id('CZ', 'rc', '[0-9]{9,10}', words('rodn[ée] č[íi]slo', 'rč')),
  id('RO', 'cnp', '[1-9][0-9]{12}', words('cnp', 'cod numeric personal')),
  id('BR', 'cpf', '[0-9]{3}\\.[0-9]{3}\\.[0-9]{3}-[0-9]{2}'),
  id('MX', 'curp', '[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[A-Z0-9][0-9]'),
  id('CA', 'sin', '[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}', words('sin', 'social insurance')),
  id('IN', 'aadhaar', '[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}', words('aadhaa?r', 'uid(?:ai)?')),
  id('IN', 'pan', '[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]'),
  id('CN', 'ric', '[1-9][0-9]{16}[0-9Xx]'),
  id('KR', 'rrn', '[0-9]{6}-[0-9]{7}'),
  id('KR', 'rrn', '[0-9]{13}', words('rrn', 'resident registration', '주민등록번호')),
  id('TR', 'tckimlik', '[1-9][0-9]{10}', words('t\\.?c\\.?', 'kimlik(?: no)?')),
  id('ZA', 'idnr', '[0-9]{13}', words('id', 'id (?:no|number)', 'identity')),
];

/** Country and abbreviation of each, as findings name them: `us-ssn`. */
export const nationalIdRules: readonly string[] = [...new Set(ids.map(({ rule }) => rule))];

/** How far before the number its word may stand. */
const nearby = 40;

interface Wanted {
  readonly entry: NationalId;
  readonly pattern: RegExp;
}

function isOne({ validator, near }: NationalId, match: string, before: string): boolean {
  if (near && !near.test(before) && !personal.test(before)) return false;
  return validator.validate(match).isValid;
}

/** Where a number may begin: one pass over the text spares most of it the many forms. */
const begins = /(?<![\p{L}\p{N}_]|[0-9][./-])(?=[A-Za-z]{0,6}[- ]?[0-9])[A-Za-z0-9]/gu;

function* matchesAt(text: string, start: number, wanted: readonly Wanted[]): Generator<Recognised> {
  const before = text.slice(Math.max(0, start - nearby), start);
  for (const { entry, pattern } of wanted) {
    pattern.lastIndex = start;
    const match = pattern.exec(text)?.[0];
    if (match !== undefined && isOne(entry, match, before))
      yield { start, end: start + match.length, rule: entry.rule };
  }
}

/** Numbers that states give to persons: of the countries that are named, else of all that are known here. */
export function nationalIdFinder(countries?: readonly string[]): Recogniser {
  const wanted = ids
    .filter(({ country }) => countries?.includes(country) ?? true)
    .map((entry) => ({ entry, pattern: new RegExp(`(?:${entry.written})(?![\\p{L}\\p{N}_]|[./-][0-9])`, 'uy') }));
  return (text) => [...text.matchAll(begins)].flatMap(({ index }) => [...matchesAt(text, index, wanted)]);
}
