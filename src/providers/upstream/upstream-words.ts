const longest = 500;

/** What looks like a credential, whoever's it is: upstreams like to repeat the key that they refuse. */
const credential = /\b(?:Bearer\s+\S+|(?:sk|pk|key|gsk|xai|AIza)[-_A-Za-z0-9*.]{8,})/g;

/** An upstream's own words as they may be shown and logged: one line, bounded, without secrets. */
export function cleanWords(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[secret]');
  clean = clean.replace(credential, '[secret]').replace(/\s+/g, ' ').trim();
  return clean.length <= longest ? clean : `${clean.slice(0, longest)}…`;
}
