/**
 * What looks like a credential, whoever's it is: what `Bearer` begins or stands between `://` and `@`, keys by the prefixes of their
 * vendors and of this gateway, AWS's key ids, Google's keys, and JSON Web Tokens. Nothing that it takes away reaches past the quotes
 * of a JSON text.
 */
const credential =
  /\bBearer\s{1,4}(?:\[secret\]|[-\w.~+/=*]{4,})|(?<=:\/\/)[^\s/@:"\\]{0,100}:[^\s/@"\\]{0,200}(?=@)|\b(?:(?:sk|pk|rk|lp|key|gsk|xai|nvapi|csk|pplx|tgp|fw|hf|ya29|gh[opsu]|github_pat|glpat|xox[abprs])[-_.*][-\w*.]{8,}|AIza[-\w]{20,}|(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[-\w]+\.[-.\w]+)/gi;

const redacted = '[secret]';

/** A text without these secrets, as they stand and as JSON writes them, and without whatever looks like one. */
export function redactSecrets(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  const found = secrets.flatMap(spellings).filter((secret) => secret !== '' && text.includes(secret));
  // A secret may be a part of another one.
  for (const secret of found.sort((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, redacted);
  return clean.replace(credential, redacted);
}

/** What JSON writes in another way. */
const escaped = /["\\\p{Cc}\p{Cs}]/u;

function spellings(secret: string): readonly string[] {
  return escaped.test(secret) ? [secret, JSON.stringify(secret).slice(1, -1)] : [secret];
}
