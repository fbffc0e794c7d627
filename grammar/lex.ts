import { type IToken, Lexer, type TokenType } from 'chevrotain';
import type { Diagnostic } from '../src/diagnostics/diagnostic.ts';
import { errorAt } from '../src/diagnostics/report.ts';
import type { Source } from '../src/diagnostics/source.ts';
import { type Span, spanText } from '../src/diagnostics/span.ts';
import { keywords, keywordToken } from './keywords.ts';
import * as tokens from './tokens.ts';

/** Tokens of a policy, comments apart, and what was wrong with its characters. */
export interface Lexed {
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  readonly diagnostics: readonly Diagnostic[];
}

const lexer = new Lexer(tokens.lexedTokens, { ensureOptimizations: true, positionTracking: 'full' });

/** An escape may write half of a surrogate pair, which is no character and has no bytes. */
function halfCharacter(token: IToken, source: Source): Diagnostic[] {
  const mayHold = token.tokenType === tokens.StringToken && /\\u[dD][89a-fA-F]/.test(token.image);
  if (!mayHold || (JSON.parse(token.image) as string).isWellFormed()) return [];
  return [
    errorAt('unexpected-character', spanOf(source, token), 'half of a surrogate pair stands alone in this text', {
      help: 'write the character itself, or both halves: `\\ud83d\\ude00`',
    }),
  ];
}

/** Brackets may nest this deep; more is refused here, before the parser's stack is at stake. */
const maxNesting = 64;

export function lexPolicy(source: Source): Lexed {
  const { tokens: raw, groups, errors } = lexer.tokenize(source.text);
  const strange = strangeStretches(source, errors, raw);
  const diagnostics: Diagnostic[] = [
    ...strange.map((stretch) => unexpectedCharacters(stretch)),
    ...raw.flatMap((token) => halfCharacter(token, source)),
  ];
  const words = raw.flatMap((token) => withinStretch(token, strange));
  const mended = words.flatMap((token) => mendMistake(token, source, diagnostics));
  const tooDeep = mended.find(nestsTooDeep());
  if (tooDeep) {
    diagnostics.push(
      errorAt('nesting-too-deep', spanOf(source, tooDeep), `brackets nest deeper than ${maxNesting} levels`, {
        help: 'name inner conditions with `let` and use the names',
      }),
    );
    return { tokens: [], comments: [], diagnostics };
  }
  classifyWords(mended);
  return { tokens: mended, comments: groups['comments'] ?? [], diagnostics };
}

/**
 * Characters that no token begins with, together with the words that touch them: `größe` is one name of letters that names do not
 * have, not two names and something between.
 */
function strangeStretches(
  source: Source,
  errors: readonly { readonly offset: number; readonly length: number }[],
  raw: readonly IToken[],
): Span[] {
  if (errors.length === 0) return [];
  const pieces = [
    ...errors.map(({ offset, length }) => ({ source, start: offset, end: offset + length, strange: true })),
    ...raw
      .filter(({ tokenType }) => tokenType === tokens.Word)
      .map((token) => ({ ...spanOf(source, token), strange: false })),
  ].sort((a, b) => a.start - b.start);
  const joined: (typeof pieces)[number][] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const touches = last !== undefined && last.end === piece.start;
    if (touches) joined[joined.length - 1] = { ...last, end: piece.end, strange: last.strange || piece.strange };
    else joined.push(piece);
  }
  return joined.filter(({ strange }) => strange).map(({ start, end }) => ({ source, start, end }));
}

/** Of the words of a strange stretch the first stands for all of it, so that a rule with such a name is read on. */
function withinStretch(token: IToken, strange: readonly Span[]): IToken[] {
  const end = token.startOffset + token.image.length;
  const within = strange.find((stretch) => stretch.start <= token.startOffset && end <= stretch.end);
  if (!within) return [token];
  const earlier = /[A-Za-z_]/.exec(within.source.text.slice(within.start, token.startOffset));
  if (earlier) return [];
  token.startOffset = within.start;
  token.endOffset = within.end - 1;
  token.image = spanText(within);
  return [token];
}

function unexpectedCharacters(stretch: Span): Diagnostic {
  const text = spanText(stretch);
  const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  // Letters of other scripts make a name; anything else is not meant as one.
  const isName = /^[\p{L}\p{N}_-]+$/u.test(text) && /\p{L}/u.test(text);
  if (!isName) {
    return errorAt('unexpected-character', stretch, `unexpected \`${shown}\``, { help: signHelp(stretch) });
  }
  return errorAt('unexpected-character', stretch, `\`${shown}\` has letters that names do not have`, {
    notes: ['names are made of the letters A–Z and a–z, digits, `_` and `-`'],
    help: `write \`${text}\` with these back-quotes around it`,
    fix: [{ span: stretch, newText: `\`${text}\`` }],
  });
}

/** What a sign that the language does not have was most likely meant for. */
function signHelp(stretch: Span): string {
  const sign = spanText(stretch);
  const before = stretch.source.text.charAt(stretch.start - 1);
  const after = stretch.source.text.charAt(stretch.end);
  if (after === '>') return 'a plan begins with `use`, a span has `..`';
  if (/^[-–]$/.test(sign) && /\d/.test(before) && /\d/.test(after)) return 'from one to another is written with `..`';
  if (/^[-+*/%^]$/.test(sign)) return 'there is no arithmetic: compare one fact with one constant';
  return 'delete it; a text stands in straight double quotes, and a name with other characters in back-quotes';
}

interface Mend {
  readonly message: string;
  readonly help: string;
  /** What should stand there, where that is certain. */
  readonly write?: string;
  /** What the token is read as; null leaves it out. */
  readonly as: TokenType | null;
}

const mends: ReadonlyMap<TokenType, (image: string) => Mend> = new Map([
  [tokens.AndMistake, (image) => operator(image, 'and')],
  [tokens.OrMistake, (image) => operator(image, 'or')],
  [tokens.NotMistake, (image) => operator(image, 'not')],
  [tokens.SemicolonMistake, () => ({ message: 'rules do not end with `;`', help: 'delete it', write: '', as: null })],
  [
    tokens.CommentMistake,
    (image) => ({
      message: 'a comment begins with `#`',
      help: 'write `#` in place of `//`',
      write: image.replace('//', '#'),
      as: null,
    }),
  ],
  [
    tokens.QuoteMistake,
    (image) => ({
      message: 'texts stand in straight double quotes',
      help: `write ${JSON.stringify(image.slice(1, -1))}`,
      write: JSON.stringify(image.slice(1, -1)),
      as: tokens.StringToken,
    }),
  ],
  [
    tokens.OpenString,
    () => ({
      message: 'this text does not end, or holds an escape that does not exist',
      help: 'close it with `"` on the same line; escapes are those of JSON (`\\"`, `\\\\`, `\\n`, `\\u00e9`)',
      as: tokens.StringToken,
    }),
  ],
  [
    tokens.MalformedNumber,
    (image) => ({ message: `\`${image}\` is not a number of this language`, ...numberMend(image) }),
  ],
] as const);

function operator(image: string, word: string): Mend {
  return {
    message: `\`${image}\` is not an operator of this language`,
    help: `write \`${word}\``,
    write: word,
    as: keywordToken(word),
  };
}

function numberMend(image: string): Pick<Mend, 'help' | 'write' | 'as'> {
  const [write, as] = meantNumber(image) ?? [];
  if (write !== undefined && as) return { help: `write \`${write}\``, write, as };
  const help = 'numbers look like `20`, `120k`, `0.7`, `80%`, `$0.25`, `30s`, `10m`, `1kB`, `09:30`';
  return { help, as: tokens.Int };
}

/** The number that was surely meant, and its kind. */
function meantNumber(image: string): readonly [write: string, as: TokenType] | undefined {
  const [, amount, duration] = /^(\d+)(secs?|mins?|hrs?|hours?|days?)$/.exec(image) ?? [];
  if (duration !== undefined) return [`${amount}${duration.charAt(0)}`, tokens.Duration];
  const [, count, unit] = /^([\d.]+[kM]?)(tok|req)s?$/.exec(image) ?? [];
  if (unit !== undefined) return [`${count} ${unit}`, tokens.Int];
  if (/^\d+K$/.test(image)) return [image.replace('K', 'k'), tokens.Int];
  if (/^\d:[0-5]\d$/.test(image)) return [`0${image}`, tokens.Time];
  const grouped = image.replace(/[_,]/g, '');
  const money = moneyOf(grouped);
  if (money !== undefined) return [money, tokens.Money];
  return /^\d+$/.test(grouped) ? [grouped, tokens.Int] : undefined;
}

/** `1$`, `€1`: the currency before the amount, in a word where it has no sign here. */
function moneyOf(image: string): string | undefined {
  const [, before, amount, after] = /^([$€£]?)(\d+(?:\.\d+)?)([$€£]?)$/.exec(image) ?? [];
  const sign = before || after;
  if (amount === undefined || !sign || (before && after)) return undefined;
  return `${{ $: '$', '€': 'eur ', '£': 'gbp ' }[sign]}${amount}`;
}

function mendMistake(token: IToken, source: Source, diagnostics: Diagnostic[]): IToken[] {
  const mend = mends.get(token.tokenType)?.(token.image);
  if (!mend) return [token];
  const place = spanOf(source, token);
  const fix = mend.write === undefined ? {} : { fix: [{ span: place, newText: apart(place, mend.write) }] };
  diagnostics.push(errorAt('wrong-spelling', place, mend.message, { help: mend.help, ...fix }));
  if (!mend.as) return [];
  retype(token, mend.as);
  return [token];
}

/** A word in place of a sign, with blanks where the sign needed none. */
function apart({ source: { text }, start, end }: Span, word: string): string {
  if (!/^[a-z]+$/.test(word)) return word;
  return `${/\w/.test(text.charAt(start - 1)) ? ' ' : ''}${word}${/\w/.test(text.charAt(end)) ? ' ' : ''}`;
}

/** Says of each token in turn whether the brackets open at it are too many. */
function nestsTooDeep(): (token: IToken) => boolean {
  /** For each open bracket the levels that end with it: itself and each `not` before it. */
  const open: number[] = [];
  let depth = 0;
  let nots = 0;
  const opening = new Set([tokens.LParen, tokens.LBrace, tokens.LBracket]);
  const closing = new Set([tokens.RParen, tokens.RBrace, tokens.RBracket]);
  return ({ tokenType, image }) => {
    if (opening.has(tokenType)) {
      open.push(1 + nots);
      depth += 1 + nots;
    } else if (closing.has(tokenType)) depth -= open.pop() ?? 0;
    nots = image === 'not' ? nots + 1 : 0;
    return depth + nots > maxNesting;
  };
}

/** What follows a name used as a name, even where it is first on its line. */
const afterNames = new Set([tokens.Dot, tokens.Comma, tokens.Colon, tokens.RParen, tokens.RBrace, tokens.RBracket]);

function classifyWords(words: readonly IToken[]): void {
  words.forEach((token, index) => {
    if (token.tokenType !== tokens.Word) return;
    const keyword = keywords.get(token.image);
    if (!keyword) return;
    const previous = words[index - 1];
    const next = words[index + 1];
    const first = previous?.endLine !== token.startLine;
    const usedAsName = next !== undefined && afterNames.has(next.tokenType);
    retype(token, first && !usedAsName ? keyword.hard : keyword.soft);
  });
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? token.tokenTypeIdx;
}

function spanOf(source: Source, token: IToken): Span {
  return { source, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 };
}
