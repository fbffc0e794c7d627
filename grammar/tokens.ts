import { createToken, Lexer, type TokenType } from 'chevrotain';

/**
 * The token table. A word is lexed as `Word` and given its keyword's type afterwards, by its place (`classify.ts`),
 * because nearly every keyword is also an ordinary name where a name is expected.
 */

/** Any word at all: what may follow a dot. */
export const AnyWord = createToken({ name: 'AnyWord', pattern: Lexer.NA, label: 'a name' });
/** A word where a name is expected. */
export const Name = createToken({ name: 'Name', pattern: Lexer.NA, label: 'a name' });

const hint = (from: string, to: string): number[] => {
  const codes = [];
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) codes.push(code);
  return codes;
};
const letterHints = [...hint('A', 'Z'), ...hint('a', 'z'), '_'];
const digitHints = hint('0', '9');

// A number may not touch a letter, digit or `_` that is not part of it; `MalformedNumber` catches those that do.
const end = '(?![A-Za-z0-9_])';
const number = '\\d+(?:\\.\\d+)?';

export const Word = createToken({
  name: 'Word',
  pattern: /[A-Za-z_]\w*(?:-\w+|\.\d\w*)*/,
  categories: [Name, AnyWord],
  start_chars_hint: letterHints,
  label: 'a name',
});
export const QuotedWord = createToken({
  name: 'QuotedWord',
  pattern: /`[^`\r\n]+`/,
  categories: [Name, AnyWord],
  start_chars_hint: ['`'],
  label: 'a name',
});
export const Model = createToken({
  name: 'Model',
  pattern: /[A-Za-z_]\w*(?:-\w+)*\/[\w.:@+/-]*\w/,
  start_chars_hint: letterHints,
  label: 'a model',
});

export const Money = createToken({
  name: 'Money',
  pattern: new RegExp(`\\$${number}${end}(?!,\\d)|(?:usd|eur|gbp|chf)[ \\t]+${number}${end}(?!,\\d)`),
  start_chars_hint: ['$', 'u', 'e', 'g', 'c'],
  line_breaks: false,
  label: 'an amount of money',
});
export const Time = createToken({
  name: 'Time',
  pattern: new RegExp(`\\d{2}:\\d{2}${end}`),
  start_chars_hint: digitHints,
  label: 'a time of day',
});
export const Percent = createToken({
  name: 'Percent',
  pattern: new RegExp(`${number}%`),
  start_chars_hint: digitHints,
  label: 'a percentage',
});
export const Duration = createToken({
  name: 'Duration',
  pattern: new RegExp(`${number}(?:ms|s|m|h|d)${end}`),
  start_chars_hint: digitHints,
  label: 'a duration',
});
export const Size = createToken({
  name: 'Size',
  pattern: new RegExp(`\\d+(?:B|kB|MB)${end}`),
  start_chars_hint: digitHints,
  label: 'a size',
});
export const Int = createToken({
  name: 'Int',
  pattern: new RegExp(`(?:${number}[kM]|\\d+(?!\\.\\d))${end}(?!,\\d|[$€£]|:\\d\\d)`),
  start_chars_hint: digitHints,
  label: 'a whole number',
});
export const Decimal = createToken({
  name: 'Decimal',
  pattern: new RegExp(`\\d+\\.\\d+${end}`),
  start_chars_hint: digitHints,
  label: 'a decimal number',
});
export const StringToken = createToken({
  name: 'String',
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings exclude exactly these
  pattern: /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/,
  start_chars_hint: ['"'],
  line_breaks: false,
  label: 'a text in double quotes',
});
export const Regex = createToken({
  name: 'Regex',
  pattern: /\/(?:[^/\\[\r\n]|\\[^\r\n]|\[(?:[^\]\\\r\n]|\\[^\r\n])*\])+\//,
  start_chars_hint: ['/'],
  label: 'a regular expression',
});

const symbol = (name: string, text: string): TokenType =>
  createToken({ name, pattern: text, label: `\`${text}\``, start_chars_hint: [text.charAt(0)] });

export const Equal = symbol('Equal', '==');
export const NotEqual = symbol('NotEqual', '!=');
export const LessEqual = symbol('LessEqual', '<=');
export const GreaterEqual = symbol('GreaterEqual', '>=');
export const Less = symbol('Less', '<');
export const Greater = symbol('Greater', '>');
export const Assign = symbol('Assign', '=');
export const Coalesce = symbol('Coalesce', '??');
export const DotDot = symbol('DotDot', '..');
export const Dot = symbol('Dot', '.');
export const Comma = symbol('Comma', ',');
export const Colon = symbol('Colon', ':');
export const At = symbol('At', '@');
export const LParen = symbol('LParen', '(');
export const RParen = symbol('RParen', ')');
export const LBrace = symbol('LBrace', '{');
export const RBrace = symbol('RBrace', '}');
export const LBracket = symbol('LBracket', '[');
export const RBracket = symbol('RBracket', ']');

/** What people write out of habit from another language. Each has a mend, applied after its message is kept. */
const mistake = (name: string, pattern: RegExp, hints: string[]): TokenType =>
  createToken({ name, pattern, start_chars_hint: hints, line_breaks: false });

export const AndMistake = mistake('AndMistake', /&&?/, ['&']);
export const OrMistake = mistake('OrMistake', /\|\|?/, ['|']);
export const NotMistake = mistake('NotMistake', /!/, ['!']);
export const SemicolonMistake = mistake('SemicolonMistake', /;/, [';']);
export const CommentMistake = mistake('CommentMistake', /\/\/[^\r\n]*/, ['/']);
export const QuoteMistake = mistake('QuoteMistake', /[“”„«][^“”„»"\r\n]*[“”»"]|'[^'\r\n]*'|[‘’][^‘’\r\n]*[‘’]/, [
  '“',
  '”',
  '„',
  '«',
  "'",
  '‘',
  '’',
]);
export const OpenString = mistake('OpenString', /"[^\r\n]*/, ['"']);
export const MalformedNumber = createToken({
  name: 'MalformedNumber',
  pattern: /[€£]?\$?\d[\w]*(?:[.,:]\d\w*)*[%$€£]?/,
  start_chars_hint: ['$', '€', '£', ...digitHints],
});

const Blank = createToken({
  name: 'Blank',
  pattern: /[ \t\r\n\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
  start_chars_hint: [' ', '\t', '\r', '\n', '\uFEFF'],
});
export const Comment = createToken({
  name: 'Comment',
  pattern: /#[^\r\n]*/,
  group: 'comments',
  start_chars_hint: ['#'],
});

/** In the order in which the lexer tries them: longer forms before those that they begin with. */
export const lexedTokens: TokenType[] = [
  Blank,
  Comment,
  Model,
  Money,
  Word,
  QuotedWord,
  Time,
  Percent,
  Duration,
  Size,
  Decimal,
  Int,
  MalformedNumber,
  StringToken,
  OpenString,
  QuoteMistake,
  CommentMistake,
  Regex,
  Equal,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Less,
  Greater,
  Assign,
  Coalesce,
  DotDot,
  Dot,
  Comma,
  Colon,
  At,
  LParen,
  RParen,
  LBrace,
  RBrace,
  LBracket,
  RBracket,
  AndMistake,
  OrMistake,
  NotMistake,
  SemicolonMistake,
];
