import type { GuardFields } from '../../config/guard-config.ts';
import type { Detector } from '../guard.ts';

/** Finds what is beyond so many characters (UTF-16 units). */
export function createLengthDetector({ max }: GuardFields<'length'>): Detector {
  return {
    reach: { kind: 'whole' },
    skipsLabels: true,
    pure: true,
    inspect: (text) => (text.length > max ? [{ start: max, end: text.length, rule: 'too-long', kind: 'length' }] : []),
  };
}
