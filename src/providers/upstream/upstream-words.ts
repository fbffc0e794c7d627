const longest = 500;

/**
 * What looks like a credential, whoever's it is: upstreams like to repeat the key that they refuse. Beside the prefixes of
 * vendors' keys: AWS's key ids, Google's tokens, and JSON Web Tokens.
 */
const credential =
  /\b(?:Bearer\s+\S+|(?:sk|pk|key|gsk|xai|AIza)[-_A-Za-z0-9*.]{8,}|(?:nvapi|csk|pplx|tgp|fw|ya29)[-_.][-_A-Za-z0-9*.]{8,}|(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[-_\w]+\.[-_.\w]+)/g;

/** An upstream's own words as they may be shown and logged: one line, bounded, without secrets. */
export function cleanWords(text: string, secrets: readonly string[]): string {
  let clean = text;
  // A secret may be a part of another one.
  const longestFirst = secrets.toSorted((a, b) => b.length - a.length);
  for (const secret of longestFirst) if (secret !== '') clean = clean.replaceAll(secret, '[secret]');
  clean = clean.replace(credential, '[secret]').replace(/\s+/g, ' ').trim();
  return clean.length <= longest ? clean : `${clean.slice(0, longest)}…`;
}
