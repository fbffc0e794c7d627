import { RE2JS } from 're2js';
import type { GuardFields } from '../../config/guard-config.ts';
import type { Detector, Finding } from '../guard.ts';

/** A pattern may match any length: on a stream the policy's window says how much is seen at once, and never less than this. */
const windowUnits = 256;

/** Patterns of the config's own, in linear time. */
export function createRegexDetector({ patterns }: GuardFields<'regex'>): Detector {
  const rules = Object.entries(patterns).map(([rule, pattern]) => ({ rule, pattern: RE2JS.compile(pattern) }));
  return {
    reach: { kind: 'window', units: windowUnits },
    pure: true,
    inspect: (text) =>
      rules.flatMap(({ rule, pattern }) => {
        const findings: Finding[] = [];
        const matcher = pattern.matcher(text);
        while (matcher.find()) findings.push({ start: matcher.start(), end: matcher.end(), rule, kind: rule });
        return findings;
      }),
  };
}
