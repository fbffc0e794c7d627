import { stdnum } from 'stdnum';
import { luhn } from './luhn.ts';
import { words } from './words.ts';

/** A form of a number that a state gives to persons. */
export interface NationalId {
  readonly country: string;
  readonly rule: string;
  /** How it is written. */
  readonly written: string;
  readonly isValid: (match: string) => boolean;
  /** A number of this form is common in other texts: it counts only with one of these words beside it. */
  readonly near?: RegExp;
}

/** As the library knows the number; `toItsForm` where people also write it in another. */
function id(
  country: string,
  abbreviation: string,
  written: string,
  near?: RegExp,
  toItsForm: (match: string) => string = (match) => match,
): NationalId {
  const validator = stdnum[country]?.[abbreviation];
  if (!validator) throw new Error(`stdnum knows no ${country} ${abbreviation}`);
  return own(country, abbreviation, written, (match) => validator.validate(toItsForm(match)).isValid, near);
}

/** Where the library knows less than there is. */
function own(
  country: string,
  abbreviation: string,
  written: string,
  isValid: (match: string) => boolean,
  near?: RegExp,
): NationalId {
  return { country, rule: `${country.toLowerCase()}-${abbreviation}`, written, isValid, ...(near ? { near } : {}) };
}

/** Begins with a day of birth, YYMMDD; `later`: what may be added to the day. */
function beginsWithBirth(digits: string, later = 0): boolean {
  const [month, day] = [Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
  return month >= 1 && month <= 12 && [day, day - later].some((of) => of >= 1 && of <= 31);
}

const digitsOf = (match: string): string => match.replace(/[^0-9]/g, '');

/** Coordination numbers have 60 added to the day (Skatteverket, SKV 704). */
function isSwedish(match: string): boolean {
  const digits = digitsOf(match).slice(-10);
  return luhn(digits) && beginsWithBirth(digits, 60);
}

/** Since October 2020 all but the first seven digits are of chance: there is no check digit to go by. */
const isKorean = (match: string): boolean =>
  beginsWithBirth(match) && (/^[0-9]{6}-?[1-8]/.test(match) || stdnum['KR']?.['rrn']?.validate(match).isValid === true);

/** Citizens, residents and refugees alike: 0, 1, 2 in the eleventh place. */
const isSouthAfrican = (match: string): boolean =>
  luhn(match) && beginsWithBirth(match) && /^[0-9]{10}[012]/.test(match);

/**
 * Forms as people write them; check digits, dates and ranges are the library's. Without a word beside it stands what has a form of its
 * own, and what fewer than one in fifty rows of digits pass: two check digits, or one and a day of birth. What has both and could be a
 * day and a time, as in the names of files, does not.
 */
export const nationalIdForms: readonly NationalId[] = [
  id('US', 'ssn', '[0-9]{3}([-. ])(?!00)[0-9]{2}\\1(?!0000)[0-9]{4}', undefined, digitsOf),
  id('US', 'ssn', '[0-9]{3}[ -]?[0-9]{2}[ -]?(?!0000)[0-9]{4}', words('ssn', 'social[ -]?security'), digitsOf),
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
  id('ES', 'dni', '[0-9]{7}-[A-Z]', undefined, (match) => `0${match}`),
  id('ES', 'dni', '[0-9]{7,8}[- ]?[A-Za-z]', words('dni', 'nif', 'documento'), (match) => match.padStart(9, '0')),
  id('ES', 'nie', '[XYZxyz]-?[0-9]{7}-?[A-Za-z]'),
  id('IT', 'codicefiscale', '[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]'),
  id('BE', 'nn', '[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}-[0-9]{3}\\.[0-9]{2}'),
  id('BE', 'nn', '[0-9]{11}', words('rijksregister\\S*', '(?:num[ée]ro|registre) national', 'niss')),
  id('CH', 'ssn', '756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}'),
  own('SE', 'personnummer', '(?:19|20)?[0-9]{6}[-+][0-9]{4}', isSwedish),
  own('SE', 'personnummer', '[0-9]{10}|(?:19|20)[0-9]{10}(?<!(?:[01][0-9]|2[0-3])[0-5][0-9])', isSwedish),
  own('SE', 'personnummer', '(?:19|20)[0-9]{10}', isSwedish, words('personnummer', 'samordningsnummer', 'pnr')),
  id('FI', 'hetu', '[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]'),
  id('DK', 'cpr', '[0-9]{6}-?[0-9]{4}', words('cpr(?:-?(?:nr|nummer))?', 'personnummer')),
  id('NO', 'fodselsnummer', '[0-9]{6} ?[0-9]{5}', words('f(?:ø|o)dselsnummer', 'personnummer')),
  id('PL', 'pesel', '[0-9]{11}'),
  id('NL', 'bsn', '[0-9]{8,9}|[0-9]{4}\\.[0-9]{2}\\.[0-9]{3}', words('bsn', 'burgerservicenummer')),
  id('CZ', 'rc', '[0-9]{6}/[0-9]{3,4}'),
  id('CZ', 'rc', '[0-9]{9,10}', words('rodn[ée] č[íi]slo', 'rč')),
  id('RO', 'cnp', '[1-9][0-9]{12}'),
  id('BR', 'cpf', '[0-9]{3}\\.[0-9]{3}\\.[0-9]{3}-[0-9]{2}'),
  id('BR', 'cpf', '[0-9]{11}', words('cpf', 'cadastro de pessoas')),
  id('MX', 'curp', '[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[A-Z0-9][0-9]'),
  id('CA', 'sin', '[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}', words('sin', 'social insurance')),
  id('IN', 'aadhaar', '[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}', words('aadhaa?r', 'uid(?:ai)?')),
  id('IN', 'pan', '[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]'),
  id('CN', 'ric', '[1-9][0-9]{16}[0-9Xx]'),
  own('KR', 'rrn', '[0-9]{6}-[0-9]{7}', isKorean),
  id('KR', 'rrn', '[0-9]{6}[1-8][0-9]{6}'),
  id('TR', 'tckimlik', '[1-9][0-9]{10}'),
  own('ZA', 'idnr', '[0-9]{13}', isSouthAfrican),
];
