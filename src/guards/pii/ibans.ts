import { countrySpecs, isValidIBAN } from 'ibantools';
import type { Recognised, Recogniser } from './recogniser.ts';

const begins = /(?<![\p{L}\p{N}_])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9])/gu;
const longest = 34;

/** The register (release 99) wants letters for the bank where the library lets digits stand. */
const lettersOfBank = /^(?:IE|PK|PS|VG)..(?![A-Z]{4})/;

/** The units that hold so many letters and digits, with single blanks or hyphens between them; undefined if there are not so many. */
function take(text: string, start: number, count: number): number | undefined {
  let [taken, at] = [0, start];
  for (; taken < count; at++) {
    const unit = text[at] ?? '';
    if (/[A-Za-z0-9]/.test(unit)) taken++;
    else if ((unit !== ' ' && unit !== '-') || !/[A-Za-z0-9]/.test(text[at - 1] ?? '')) return undefined;
  }
  return at;
}

/** International bank account numbers (ISO 13616): length and form of their country, and the check digits by mod 97. */
export const findIbans: Recogniser = (text) => {
  const found: Recognised[] = [];
  for (const { index, 0: head } of text.matchAll(begins)) {
    const length = countrySpecs[head.slice(0, 2).toUpperCase()]?.chars ?? longest + 1;
    if (length > longest) continue;
    const end = take(text, index, length);
    if (end === undefined || /[\p{L}\p{N}_]/u.test(text[end] ?? '')) continue;
    const iban = text.slice(index, end).replace(/[ -]/g, '').toUpperCase();
    if (isValidIBAN(iban) && !lettersOfBank.test(iban)) found.push({ start: index, end });
  }
  return found;
};
