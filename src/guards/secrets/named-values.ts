import type { FoundSecret } from './found-secret.ts';

/** What secrets are called in programs, configs, commands and queries. */
const name =
  '(?:pass(?:word|wd|phrase)|pwd|secret(?:[_-]?(?:key|id|token))?|token(?:[_-]?secret)?|api[_-]?(?:key|token|secret)|access[_-]?(?:key|token)|(?:private|signing|encryption|license|auth|account|deploy|service|insert|query|consumer|app|storage|session|refresh|provision\\w{0,10}|device)[_-]?(?:key|token|secret)|credentials?|license)';

/** A name, what gives it its value, and the value. */
const assigned = new RegExp(
  `${name}["'\`]?\\]?\\s{0,4}(?::=|=>|==?|:|\\s)\\s{0,4}(?:Bearer |Basic |["'\`]){0,2}([A-Za-z0-9_~.+/=%-]{16,})`,
  'gi',
);

/** Who logs in where, by the headers of HTTP, the options of commands, the files of netrc and the addresses of databases. */
const logins: readonly RegExp[] = [
  /\b(?:Bearer|Basic|Token) ([A-Za-z0-9_~.+/=-]{16,})/g,
  /\s-u ["']?[^\s:"'/]{1,80}:([^\s"'/][^\s"']{7,200})/g,
  /\blogin\s{1,9}\S{1,80}\s{1,9}password\s{1,9}(\S{4,200})/g,
  /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|ftps?|sftp|ssh|ldaps?|smtps?):\/\/[^\s:/@"']{0,80}:([^\s/@"']{3,200})@/g,
];

/** What stands where a secret would: the name of a variable, a word to be replaced. */
const placeholder =
  /\$\{|\{\{|process\.|env[.(]|^[a-z]+(?:[_.-][a-z]+)*$|^[A-Z]+(?:_[A-Z]+)*$|(?:your|example|placeholder|x{4}|\.\.\.)/i;

const template = /[${}<>*]|^(?:pass(?:word|wd)?|pwd|guest|secret)$|^[A-Z]+(?:_[A-Z]+)+$/;

/** Bits per character (Shannon): words and repetitions have fewer than what was drawn by chance. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** Digits among letters, and no order in it. */
function looksDrawn(value: string): boolean {
  return (
    (value.match(/[0-9]/g)?.length ?? 0) >= 2 &&
    /[A-Za-z]/.test(value) &&
    entropy(value) >= 3 &&
    !placeholder.test(value)
  );
}

function* valuesOf(text: string, pattern: RegExp, rule: string, isOne: (value: string) => boolean) {
  for (const match of text.matchAll(pattern)) {
    const value = match[1] ?? '';
    const end = match.index + match[0].length - (match[0].endsWith(value) ? 0 : 1);
    if (isOne(value)) yield { start: end - value.length, end, rule };
  }
}

/** A key in PEM whose lines are escaped, as in a string of a program. */
const escapedKey =
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:\\r|\\n|[A-Za-z0-9+/=\s]){64,16000}-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)/g;

/** Secrets without a mark: what a text itself calls one. */
export function findNamedValues(text: string): readonly FoundSecret[] {
  return [
    ...valuesOf(text, assigned, 'assigned', looksDrawn),
    ...(text.includes('PRIVATE KEY') ? valuesOf(text, escapedKey, 'privatekey', () => true) : []),
    ...logins.flatMap((pattern) => [...valuesOf(text, pattern, 'login', (value) => !template.test(value))]),
  ];
}
