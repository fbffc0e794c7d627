import type { GuardFields } from '../../config/guard-config.ts';
import { piiKinds } from '../../config/guard-shapes.ts';
import type { Detector } from '../guard.ts';
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
  // In the order of `piiKinds`: what is a card or an IBAN is not taken for a telephone number as well.
  const wanted = piiKinds
    .filter((kind) => find?.includes(kind) ?? true)
    .map((kind) => ({ kind, recognise: recognisers[kind]() }));
  return {
    reach: { kind: 'window', units: windowUnits },
    pure: true,
    inspect(text) {
      const findings = wanted.flatMap(({ kind, recognise }) =>
        recognise(text).map(({ start, end, rule = kind }) => ({ start, end, kind, rule })),
      );
      const sure = findings.filter(({ kind }) => kind !== 'phone');
      return findings.filter(
        (finding) =>
          finding.kind !== 'phone' || !sure.some((other) => other.start < finding.end && finding.start < other.end),
      );
    },
  };
}
