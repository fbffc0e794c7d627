import { z } from 'zod';
import { readValue } from '../semantics/read-value.ts';
import { readDuration, readInteger, readMoney, readPercent, readSize } from '../syntax/quantities.ts';

/** A value that `read` understands; anything else "is not …". */
export function leaf<Value>(read: (value: unknown) => Value | undefined, message: string, help: string) {
  return z.unknown().transform((value, context): Value => {
    const result = read(value);
    if (result !== undefined) return result;
    context.addIssue({ code: 'custom', message, params: { help } });
    return z.NEVER;
  });
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Numbers and flags may come out of a variable, and then they are texts. */
export function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export function oneOf<Word extends string>(words: readonly Word[]) {
  const list = words.map((word) => `\`${word}\``).join(', ');
  return leaf((value) => words.find((word) => word === value), 'cannot stand here', `write one of ${list}`);
}

export const text = leaf(readText, 'is not text', 'write some text, in quotes if it looks like a number');

/** What a variable fills in may be empty: the secret is then not there. */
export const secret = leaf(
  (value) => (typeof value === 'string' ? value : undefined),
  'is not text',
  'write it in quotes',
);

function readFlag(value: unknown): boolean | undefined {
  const written = asText(value);
  if (written === 'true') return true;
  return written === 'false' ? false : undefined;
}

export const flag = leaf(readFlag, 'is neither `true` nor `false`', 'write one of them');

export const onlyTrue = leaf(
  (value) => (value === true ? value : undefined),
  'cannot stand here',
  'write `true`, or nothing',
);

const wordPattern = /^[^`\r\n]+$/;

/** A word that a policy can write, in back-quotes where it has to. */
export function isWord(value: unknown): value is string {
  return typeof value === 'string' && wordPattern.test(value);
}

export const word = leaf(
  (value) => (isWord(value) ? value : undefined),
  'is not a word',
  'write text without back-quotes, in quotes if it looks like a number or a truth value',
);

export const port = leaf(
  (value) => {
    const number = readInteger(asText(value));
    return number !== undefined && number <= 65_535 ? number : undefined;
  },
  'is not a port',
  'write a whole number up to 65535; 0 takes any free port',
);

function readTokens(value: unknown): number | undefined {
  const amount = readValue({ kind: 'tokens' }, value, '');
  return typeof amount === 'number' && amount > 0 ? amount : undefined;
}

export const tokens = leaf(readTokens, 'is not a number of tokens', 'write it like `128k`');

export const size = leaf((value) => readSize(asText(value)) || undefined, 'is not a size', 'write it like `10MB`');

export const duration = leaf(
  (value) => readDuration(asText(value)) || undefined,
  'is not a duration',
  'write it like `30s`',
);

export const durationOrNone = leaf(
  (value) => readDuration(asText(value)),
  'is not a duration',
  'write it like `30s`, or `0s` for none',
);

/** What timers and counts of this config can hold. */
const mostCounted = 1_000_000;

function readCount(value: unknown): number | undefined {
  const number = readInteger(asText(value));
  return number !== undefined && number <= mostCounted ? number : undefined;
}

export const count = leaf(
  (value) => readCount(value) || undefined,
  'is not a number from 1 to a million',
  'write a whole number',
);

export const countOrNone = leaf(readCount, 'is not a number up to a million', 'write a whole number, or 0 for none');

export const share = leaf(
  (value) => {
    const basisPoints = readPercent(asText(value));
    return basisPoints !== undefined && basisPoints > 0 && basisPoints <= 10_000 ? basisPoints : undefined;
  },
  'is not a share of up to 100%',
  'write it like `50%`',
);

const networks = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

export const network = leaf(
  (value) => (networks.safeParse(value).success ? String(value) : undefined),
  'is not an address or network',
  'write it like `10.0.0.0/8` or `::1`',
);

export const money = leaf((value) => readMoney(asText(value)), 'is not an amount of money', 'write it like `$1.25`');

/** A part of the name of a host: nothing in it can lead elsewhere. */
export const hostLabel = leaf(
  (value) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.exec(asText(value))?.[0],
  'is not a name of letters, digits and `-`',
  'write it as the cloud shows it',
);

export const projectId = leaf(
  (value) => /^[a-z][a-z0-9.:-]*$/i.exec(asText(value))?.[0],
  'is not the id of a project',
  'write it as the cloud shows it',
);

function readAddress(value: unknown): string | undefined {
  const address = /^https?:\/\/[^\s/?#]+[^\s?#]*$/i.exec(asText(value));
  return address?.[0].replace(/\/+$/, '');
}

export const address = leaf(readAddress, 'is not an address', 'write a URL that begins with `https://` or `http://`');

export const optionalAddress = leaf(
  (value) => (value === '' ? '' : readAddress(value)),
  'is not an address',
  'write a URL that begins with `https://` or `http://`',
);

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

export const timeZone = leaf(
  (value) => (isTimeZone(asText(value)) ? asText(value) : undefined),
  'is not a time zone',
  'write the name of one, like `Europe/Paris`',
);

export const countOfAny = leaf(
  (value) => readInteger(asText(value)) || undefined,
  'is not a number of anything',
  'write a whole number from 1, like `20k`',
);
