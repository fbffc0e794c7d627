import type { GuardFields } from '../../config/guard-config.ts';
import { piiKinds } from '../../config/guard-shapes.ts';
import type { Detector, Finding } from '../guard.ts';
import { withoutOverlaps } from '../redact.ts';
import { findCards } from './cards.ts';
import { findEmails } from './emails.ts';
import { findIbans } from './ibans.ts';
import { findAddresses } from './ip-addresses.ts';
import { nationalIdFinder } from './national-ids.ts';
import { phoneFinder } from './phones.ts';
import type { Recogniser } from './recogniser.ts';

/** The longest address of e-mail, which is the longest of all that is found here, and what is read on either side. */
const windowUnits = 400;

/** Personal data that can be told by its form and check digits. Names cannot: they are for `presidio`. */
export function createPiiDetector({ find, countries }: GuardFields<'pii'>): Detector {
  const recognisers: Readonly<Record<(typeof piiKinds)[number], () => Recogniser>> = {
    email: () => findEmails,
    card: () => findCards,
    iban: () => findIbans,
    ip: () => findAddresses,
    'national-id': () => nationalIdFinder(countries),
    phone: () => phoneFinder(countries),
  };
  const wanted = piiKinds.filter((kind) => find?.includes(kind) ?? true);
  const sure = wanted.filter((kind) => kind !== 'phone').map((kind) => ({ kind, recognise: recognisers[kind]() }));
  const findPhones = wanted.includes('phone') ? recognisers.phone() : undefined;
  return {
    reach: { kind: 'window', units: windowUnits },
    pure: true,
    isHeavy: (text) => findPhones !== undefined && hasManyDigits(text),
    inspect(text) {
      const found: readonly Finding[] = sure.flatMap(({ kind, recognise }) =>
        recognise(text).map(({ start, end, rule = kind }) => ({ start, end, kind, rule })),
      );
      // What is a card or an IBAN is not taken for a telephone number as well.
      const phones = findPhones?.(without(text, found)) ?? [];
      return [...found, ...phones.map(({ start, end }) => ({ start, end, kind: 'phone', rule: 'phone' }))];
    },
  };
}

/** Each row of digits may be a telephone number of two dozen countries: a table of them takes milliseconds, as no prose does. */
const manyDigits = 500;

function hasManyDigits(text: string): boolean {
  let digits = 0;
  for (let at = 0; at < text.length && digits < manyDigits; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 48 && unit <= 57) digits++;
  }
  return digits >= manyDigits;
}

/** The text with units in place of what was found that stand for nothing. */
function without(text: string, findings: readonly Finding[]): string {
  let [rest, read] = ['', 0];
  for (const { start, end } of withoutOverlaps(findings)) {
    rest += text.slice(read, start) + '\0'.repeat(end - start);
    read = end;
  }
  return rest + text.slice(read);
}
