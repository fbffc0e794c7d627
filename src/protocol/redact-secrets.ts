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
  // A secret may be a part of another one.
  const longestFirst = secrets.flatMap(spellings).toSorted((a, b) => b.length - a.length);
  for (const secret of longestFirst) if (secret !== '') clean = clean.replaceAll(secret, redacted);
  return clean.replace(credential, redacted);
}

function spellings(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return inJson === secret ? [secret] : [secret, inJson];
}
