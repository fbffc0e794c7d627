import type { IToken } from 'chevrotain';
import * as t from './tokens.ts';

/** What to do about a token that stands where another is wanted; `write` takes its place where that is certain. */
export interface SyntaxMend {
  readonly help: string;
  readonly write?: string;
}

/** Words of everyday speech and of other languages, and the keyword of this one, where that is wanted. */
const synonyms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  when: { if: 'when', where: 'when' },
  otherwise: { default: 'otherwise', else: 'otherwise' },
  block: { deny: 'block', reject: 'block', refuse: 'block', mask: 'redact', hide: 'redact', log: 'observe', allow: 'observe' },
  input: { request: 'input', prompt: 'input', response: 'output', answer: 'output', all: 'both' },
  per: { monthly: 'per month', weekly: 'per week', daily: 'per day', hourly: 'per hour', yearly: 'per year' },
  window: { minute: 'min', minutes: 'min', hours: 'hour', hr: 'hour', days: 'day', months: 'month', sec: 'second' },
  tok: { token: 'tok', tokens: 'tok' },
}; // biome-ignore format: a table

/** Whether a word is surely meant for a keyword. */
export function standsFor(image: string, keyword: string): boolean {
  return Object.values(synonyms).some((words) => Object.hasOwn(words, image) && words[image] === keyword);
}

/** Words with which other languages ask whether something is there. */
const missingWords: ReadonlySet<string> = new Set(['null', 'nil', 'none', 'undefined', 'missing', 'empty', 'unknown']);

/** Words that begin a line of something else, and where that stands. */
const insides: ReadonlyMap<string, string> = new Map([
  ...['route', 'split', 'otherwise', 'use'].map((word) => [word, 'inside `routes { … }`'] as const),
  ...['given', 'down', 'expect'].map((word) => [word, 'inside `test "…" { … }`'] as const),
  ['at', 'below a `budget`'],
]);

const inQuotes = (text: string): string => `write \`${text}\``;
const certainly = (write: string): SyntaxMend => ({ help: inQuotes(write), write });

/** `wants`: what can stand here, as the message says it. */
export function mendOf(wants: string, found: IToken, previous: IToken | undefined): SyntaxMend | undefined {
  return (
    mendWord(wants, found.image, previous) ??
    mendNumber(wants, found) ??
    mendKind(wants, found) ??
    mendSign(found) ??
    (wants === 'a rule' ? mendRule(found, previous) : undefined)
  );
}

function mendWord(wants: string, image: string, previous: IToken | undefined): SyntaxMend | undefined {
  const place = Object.keys(synonyms).find((word) => wants.includes(word === 'window' ? 'a window' : `\`${word}\``));
  const words = place === undefined ? undefined : synonyms[place];
  const meant = words && Object.hasOwn(words, image) ? words[image] : undefined;
  if (meant !== undefined) return certainly(meant);
  if (wants !== '`known`' || !missingWords.has(image)) return undefined;
  // What `is not null` asks is whether it is known, and `not` is written already; the edit takes the place of one word.
  return previous?.image === 'not' ? { help: 'to ask whether it is there, write `is known`' } : certainly('not known');
}

/** A number of another kind than the one that is wanted. */
function mendNumber(wants: string, { tokenType, image }: IToken): SyntaxMend | undefined {
  const isWhole = tokenType === t.Int;
  if (!isWhole && tokenType !== t.Decimal) return undefined;
  switch (wants) {
    case 'a duration':
      return { help: `name the unit, without a blank: \`${image}s\`, \`${image}m\` or \`${image}h\`` };
    case 'a percentage':
      return isWhole ? certainly(`${image}%`) : { help: 'write a percentage: `90%`' };
    case 'an amount of money':
      return certainly(`$${image}`);
    default:
      return undefined;
  }
}

/** A name, a text or a bracket in place of another. */
function mendKind(wants: string, { tokenType, image }: IToken): SyntaxMend | undefined {
  const isWord = /^[A-Za-z_]/.test(image);
  switch (wants) {
    case 'a text in double quotes':
      if (tokenType === t.Regex) return { help: 'write `matches` before it, or a text such as `"*part*"`' };
      return isWord ? { help: 'a text stands in double quotes: `"…"`' } : undefined;
    case 'a regular expression':
      return tokenType === t.StringToken ? { help: 'a regular expression stands between slashes: `/…/`' } : undefined;
    case '`{`':
      return isWord ? { help: `names stand in braces: \`{ ${image} }\`` } : undefined;
    case '`[`':
      return image === '{' ? { help: 'a plan in a test stands in brackets: `[ a, b ]`' } : undefined;
    case 'a name':
      return tokenType === t.StringToken ? { help: 'names stand without quotes' } : undefined;
    default:
      return undefined;
  }
}

function mendSign({ tokenType, image }: IToken): SyntaxMend | undefined {
  const lower = image.toLowerCase();
  if (image !== lower && ['and', 'or', 'not'].includes(lower)) return certainly(lower);
  if (tokenType === t.LBracket) return { help: 'a set stands in braces: `{ a, b }`' };
  return undefined;
}

const relations: ReadonlySet<unknown> = new Set([t.Equal, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual]);

/** What goes on where the rule before it was read to its end, or begins as no rule does. */
function mendRule({ tokenType, image }: IToken, previous: IToken | undefined): SyntaxMend | undefined {
  if (previous?.image === 'NOT') return { help: 'write `not` in small letters' };
  if (relations.has(tokenType)) return { help: 'comparisons do not chain: join two of them with `and`' };
  if (image === 'contains' || image === 'has') return { help: 'turn it round: `"…" in request.tags`' };
  if (tokenType === t.Comma)
    return { help: 'models that are tried in turn are joined by `then`, or stand in a set: `{ a, b }`' };
  if (previous?.tokenType === t.Int) {
    const unit = { token: 'tok', tokens: 'tok', request: 'req', requests: 'req' }[image];
    if (unit !== undefined) return certainly(unit);
    if (image === 'k' || image === 'M') return { help: `write it without a blank: \`${previous.image}${image}\`` };
  }
  const inside = insides.get(image);
  return inside === undefined ? undefined : { help: `\`${image}\` stands ${inside}` };
}
