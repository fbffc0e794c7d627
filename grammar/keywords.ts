import { createToken, Lexer, type TokenType } from 'chevrotain';
import { AnyWord, Name } from './tokens.ts';

/** A keyword's token types. */
export interface Keyword {
  readonly word: string;
  /** What the grammar consumes: it matches the two others. */
  readonly type: TokenType;
  /** The word where it may also be an ordinary name. */
  readonly soft: TokenType;
  /** The word where it begins an item and is certainly the keyword. */
  readonly hard: TokenType;
  /** Never a name, except after a dot or in back-quotes. */
  readonly reserved: boolean;
}

/** Never a name, except after a dot or in back-quotes. */
const reservedWords = 'and or not in is like matches true false when use then else otherwise where because'.split(' ');

/** First on its line, each of these begins an item, or a line of `routes` or `test`. */
const itemWords =
  'let schedule deny require routes retry fallback budget limit cap cache guard set tag mirror assert test route split expect'.split(
    ' ',
  );

/** Keywords only where the grammar asks for them. */
const otherWords = [
  'edition policy extends model request reject salt as cheapest fastest spread of after timeout first token backoff on',
  'max attempts within per at notify concurrent burst second min hour day week month quarter year ever for each input',
  'output both tok req cost time off exact semantic above ttl scope everyone block redact observe stream window buffer',
  'to never always reaches rejects takes given down plan served nothing removed by replaced known models',
].flatMap((line) => line.split(' '));

const tokenName = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}Keyword`;

function keyword(word: string, categories: TokenType[]): Keyword {
  const type = createToken({ name: tokenName(word), pattern: Lexer.NA, label: `\`${word}\``, categories });
  return { word, type, soft: type, hard: type, reserved: !categories.includes(Name) };
}

function itemKeyword(word: string): Keyword {
  const name = tokenName(word);
  const label = `\`${word}\``;
  const type = createToken({ name, pattern: Lexer.NA, label });
  const soft = createToken({ name: `${name}OrName`, pattern: Lexer.NA, label, categories: [type, Name, AnyWord] });
  const hard = createToken({ name: `${name}First`, pattern: Lexer.NA, label, categories: [type, AnyWord] });
  return { word, type, soft, hard, reserved: false };
}

/** Every keyword by its word. */
export const keywords: ReadonlyMap<string, Keyword> = new Map(
  [
    ...reservedWords.map((word) => keyword(word, [AnyWord])),
    ...itemWords.map(itemKeyword),
    ...otherWords.map((word) => keyword(word, [Name, AnyWord])),
  ].map((entry) => [entry.word, entry]),
);

/** Words that begin an item at the top of a file. */
export const topLevelWords: readonly string[] = itemWords.filter(
  (word) => !['route', 'split', 'expect'].includes(word),
);

/** The token type that the grammar consumes for a keyword. */
export function keywordToken(word: string): TokenType {
  const found = keywords.get(word);
  if (!found) throw new Error(`no keyword is called ${word}`);
  return found.type;
}

/** Every keyword's token types, for the parser's vocabulary. */
export const keywordTokens: readonly TokenType[] = [...keywords.values()].flatMap((entry) => [
  ...new Set([entry.type, entry.soft, entry.hard]),
]);
