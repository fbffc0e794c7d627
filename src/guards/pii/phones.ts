import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Recognised, Recogniser } from './recogniser.ts';

/** Where national numbers are looked for if the config names no countries: the first that knows the number counts. */
const usual: readonly CountryCode[] = [
  'US',
  'GB',
  'DE',
  'FR',
  'ES',
  'IT',
  'SE',
  'NL',
  'BE',
  'CH',
  'AT',
  'DK',
  'NO',
  'FI',
  'PL',
  'AU',
  'NZ',
  'IE',
  'PT',
  'CZ',
  'HU',
  'ZA',
  'IN',
  'JP',
  'BR',
  'IL',
  'TR',
  'MX',
  'CN',
  'KR',
  'PH',
];

/** Digits in groups, as a number is written, with an extension if there is one. */
const written =
  /(?<![\p{L}\p{N}_(+]|[\p{L}0-9][.:/=#@&-]|[0-9] |[=#/])(?:\+|\()?[0-9](?:[0-9]|[ .\-/]{1,2}(?=[0-9(])|[ .\-/]{0,2}\([0-9]{1,5}\)[ .\-/]{0,2}|\)[ .\-/]{0,2}){5,24}[0-9](?: ?(?:x|ext\.?|#) ?[0-9]{1,6})?(?![\p{L}\p{N}_]|[.:/-][0-9])/gu;

/** Written in groups that are hardly anything else: with brackets, in three alike and nine digits, in four and eight, or after a 0. */
const grouped =
  /^(?=(?:[^0-9]*[0-9]){9})(?:\([0-9]{2,5}\)[ .-]?[0-9]{2,4}[ .-]|[0-9]{2,5}([ .-])[0-9]{2,4}\1)[0-9]{2,5}(?:[ .-][0-9]{2,4})*(?:\D|$)|^(?:0 ?)?\(0?[0-9]{2,4}\)[ .-]*[0-9]{3}|^0(?: [0-9]{2,4}){3,4}$|^[0-9]{2}(?:([ .-])[0-9]{2})(?:\2[0-9]{2}){2,3}$|^0[0-9]{2,4}[ /-][0-9]{6,8}$/;

/** What has the form of a number and is a date, an amount, a version or a row of figures. */
const otherwise =
  /^(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+(?:\.[0-9]+){1,3}|[0-9]{5}-[0-9]{4}|[0-9]{3}([ .-])[0-9]{2}\1[0-9]{4})(?: .*)?$/;

/** What is only said of telephones, and what is said of other things as well: that makes no number of a bare row of few digits. */
const phoneWord =
  /(?<!\p{L})(?:(?:tele|cell)?phone|tel|mobile|cell|fax|dial|sms|whatsapp|telefon|t[ée]l[ée]phone|tel[ée]fono|handy|mobil)(?!\p{L})/iu;
const vagueWord = /(?<!\p{L})(?:call(?:ed|ing)?|ring|text|reach|contact|answering|messages?|registered)(?!\p{L})/iu;
const fewDigits = /^[0-9]{1,8}$/;
const isoDate = /^(?:19|20)[0-9]{2}[-/.](?:0[1-9]|1[0-2])[-/.](?:[0-2][0-9]|3[01])$/;

/** The groups behind the head of a bank account (ISO 13616) that is none are no telephone number either. */
const accountHead = /(?<![\p{L}\p{N}])[A-Za-z]{2}[0-9]{2}(?: [A-Za-z0-9]{4})* $/u;

const wordsBehind = /^[ ,;-]{0,3}\(?(?:office|mobile|fax|home|cell|work|desk)(?!\p{L})/iu;
const elsewhere =
  /(?<!\p{L})(?:licen[cs]e|zip|postcode|postal|card|account|order|invoice|passport|version|isbn|serial)(?!\p{L})[^\n]{0,20}$/iu;
const nearby = 45;

interface Written {
  readonly match: string;
  readonly before: string;
  readonly behind: string;
}

function isNumber({ match, before, behind }: Written, countries: readonly CountryCode[]): boolean {
  // A number that names its country is taken at its word.
  if (/^(?:\+|00[1-9])/.test(match))
    return parsePhoneNumberFromString(match.replace(/^00/, '+'))?.isPossible() === true;
  // Twelve digits in one run are a time in milliseconds or the name of a row, or name their country without saying so.
  const isNamed = phoneWord.test(before) || wordsBehind.test(behind);
  if (/^[1-9][0-9]{11,}$/.test(match)) return isNamed && parsePhoneNumberFromString(`+${match}`)?.isValid() === true;
  if (elsewhere.test(before) || accountHead.test(before) || isoDate.test(match)) return false;
  const isSpoken = isNamed || (vagueWord.test(before) && !fewDigits.test(match));
  if (!isSpoken && (otherwise.test(match) || !grouped.test(match))) return false;
  return countries.some((country) => parsePhoneNumberFromString(match, country)?.isValid() === true);
}

/** Telephone numbers that exist by the numbering plan of a country. */
export function phoneFinder(countries?: readonly string[]): Recogniser {
  const wanted = countries?.filter((country) => isSupportedCountry(country)) ?? usual;
  return (text) => {
    const found: Recognised[] = [];
    for (const { index, 0: match } of text.matchAll(written)) {
      const end = index + match.length;
      const before = text.slice(Math.max(0, index - nearby), index);
      if (isNumber({ match, before, behind: text.slice(end, end + 16) }, wanted)) found.push({ start: index, end });
    }
    return found;
  };
}
