import { type IToken, Lexer, type TokenType } from 'chevrotain';
import type { Diagnostic } from '../src/diagnostics/diagnostic.ts';
import { errorAt } from '../src/diagnostics/report.ts';
import type { Source } from '../src/diagnostics/source.ts';
import { keywords, keywordToken } from './keywords.ts';
import * as tokens from './tokens.ts';

/** Tokens of a policy, comments apart, and what was wrong with its characters. */
export interface Lexed {
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  readonly diagnostics: readonly Diagnostic[];
}

const lexer = new Lexer(tokens.lexedTokens, { ensureOptimizations: true, positionTracking: 'full' });

/** Brackets may nest this deep; more is refused here, before the parser's stack is at stake. */
const maxNesting = 64;

export function lexPolicy(source: Source): Lexed {
  const { tokens: raw, groups, errors } = lexer.tokenize(source.text);
  const diagnostics: Diagnostic[] = errors.map(({ offset, length }) => unexpectedCharacters(source, offset, length));
  const mended = raw.flatMap((token) => mendMistake(token, source, diagnostics));
  const tooDeep = mended.find(nestsTooDeep());
  if (tooDeep) {
    diagnostics.push(
      errorAt('nesting-too-deep', span(source, tooDeep), `brackets nest deeper than ${maxNesting} levels`, {
        help: 'name inner conditions with `let` and use the names',
      }),
    );
    return { tokens: [], comments: [], diagnostics };
  }
  classifyWords(mended);
  return { tokens: mended, comments: groups['comments'] ?? [], diagnostics };
}

function unexpectedCharacters(source: Source, offset: number, length: number): Diagnostic {
  const text = source.text.slice(offset, offset + length);
  const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  return errorAt('unexpected-character', { source, start: offset, end: offset + length }, `unexpected \`${shown}\``, {
    help: 'names use the letters A–Z and a–z, digits, `_` and `-`; put any other name in back-quotes, and texts in double quotes',
  });
}

interface Mend {
  readonly message: string;
  readonly help: string;
  /** What the token is read as; null leaves it out. */
  readonly as: TokenType | null;
}

const mends: ReadonlyMap<TokenType, (image: string) => Mend> = new Map([
  [tokens.AndMistake, (image) => operator(image, 'and')],
  [tokens.OrMistake, (image) => operator(image, 'or')],
  [tokens.NotMistake, (image) => operator(image, 'not')],
  [tokens.SemicolonMistake, () => ({ message: 'rules do not end with `;`', help: 'delete it', as: null })],
  [
    tokens.CommentMistake,
    () => ({ message: 'a comment begins with `#`', help: 'write `#` in place of `//`', as: null }),
  ],
  [
    tokens.QuoteMistake,
    (image) => ({
      message: 'texts stand in straight double quotes',
      help: `write ${JSON.stringify(image.slice(1, -1))}`,
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
    (image) => ({ message: `\`${image}\` is not a number of this language`, help: numberHelp(image), as: tokens.Int }),
  ],
] as const);

function operator(image: string, word: string): Mend {
  return {
    message: `\`${image}\` is not an operator of this language`,
    help: `write \`${word}\``,
    as: keywordToken(word),
  };
}

function numberHelp(image: string): string {
  const minutes = /^(\d+)mins?$/.exec(image);
  if (minutes) return `write \`${minutes[1]}m\``;
  const tokensUnit = /^([\d.]+[kM]?)(tok|req)s?$/.exec(image);
  if (tokensUnit) return `write \`${tokensUnit[1]} ${tokensUnit[2]}\``;
  const grouped = image.replace(/[_,]/g, '');
  if (/^\$?\d+(\.\d+)?$/.test(grouped)) return `write \`${grouped}\``;
  return 'numbers look like `20`, `120k`, `0.7`, `80%`, `$0.25`, `30s`, `10m`, `1kB`';
}

function mendMistake(token: IToken, source: Source, diagnostics: Diagnostic[]): IToken[] {
  const mend = mends.get(token.tokenType)?.(token.image);
  if (!mend) return [token];
  diagnostics.push(errorAt('wrong-spelling', span(source, token), mend.message, { help: mend.help }));
  if (!mend.as) return [];
  retype(token, mend.as);
  return [token];
}

/** Says of each token in turn whether the brackets open at it are too many. */
function nestsTooDeep(): (token: IToken) => boolean {
  let depth = 0;
  const opening = new Set([tokens.LParen, tokens.LBrace, tokens.LBracket]);
  const closing = new Set([tokens.RParen, tokens.RBrace, tokens.RBracket]);
  return ({ tokenType }) => {
    if (opening.has(tokenType)) depth++;
    else if (closing.has(tokenType)) depth--;
    return depth > maxNesting;
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

function span(source: Source, token: IToken) {
  return { source, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 };
}
