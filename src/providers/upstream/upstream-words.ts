import { redactSecrets } from '../../protocol/redact-secrets.ts';

const longest = 500;

/** An upstream's own words as they may be shown and logged, for they like to repeat the key that they refuse: one line, bounded, without secrets. */
export function cleanWords(text: string, secrets: readonly string[]): string {
  const clean = redactSecrets(text, secrets).replace(/\s+/g, ' ').trim();
  return clean.length <= longest ? clean : `${clean.slice(0, longest)}…`;
}
