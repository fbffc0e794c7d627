import { EOF, type IParserErrorMessageProvider, type IToken, type TokenType, tokenLabel } from 'chevrotain';
import { suggest } from '../src/diagnostics/suggest.ts';
import { keywords, topLevelWords } from './keywords.ts';

/** What a place in the grammar wants, where a list of tokens would say it badly. */
const wanted: ReadonlyMap<string, string> = new Map([
  ['item', 'a rule'],
  ['choice', '`route`, `split` or `otherwise`'],
  ['plan', '`use` or `reject`'],
  ['pick', 'a model, a set of models or `requested`'],
  ['target', 'a model, a set of models or `requested`'],
  ['modelName', 'a model'],
  ['expression', 'a condition'],
  ['conjunction', 'a condition'],
  ['negation', 'a condition'],
  ['comparison', 'a comparison'],
  ['coalesce', 'a value'],
  ['primary', 'a value'],
  ['atom', 'a value'],
  ['literal', 'a value'],
  ['value', 'a value'],
  ['path', 'a name'],
  ['relation', 'a comparison'],
  ['names', 'names in braces'],
  ['per', 'a window such as `min`, `day`, `month` or `1h`'],
  ['limit', 'an amount and a window such as `60 req per min`, or `10 concurrent`'],
  ['cap', '`input`, `output`, `cost` or `time`'],
  ['cache', '`exact`, `semantic` or `off`'],
  ['expectation', 'what the decision must hold: `plan`, `route`, `served`, `removed`, `reject`, `tag`, …'],
]);

/** Where a repetition ended at something that it does not know: what else could have come, by the token that ends it. */
const openPlaces: ReadonlyMap<string, { readonly wants: string; readonly words: readonly string[] }> = new Map([
  [tokenLabel(EOF), { wants: 'a rule', words: topLevelWords }],
  ['`otherwise`', { wants: '`route`, `split` or `otherwise`', words: ['route', 'split', 'otherwise'] }],
]);

/** A rule begins on a later line, so that what is wanted is missing at the end of the one before. */
export function isNextRule(token: IToken, previous: IToken | undefined): boolean {
  const keyword = keywords.get(token.image);
  const begins = keyword !== undefined && keyword.hard !== keyword.soft && token.tokenType === keyword.hard;
  return begins && previous?.endLine !== undefined && previous.endLine < (token.startLine ?? 0);
}

function found(token: IToken, previous: IToken | undefined): string {
  if (token.tokenType === EOF) return 'the file ends';
  return isNextRule(token, previous) ? 'the rule ends' : `found \`${token.image}\``;
}

function meant({ image }: IToken, words: readonly string[]): string {
  const near = suggest(image, words);
  return near ? `; did you mean \`${near}\`?` : '';
}

function mismatch(expected: TokenType, actual: IToken, previous: IToken | undefined): string {
  const place = openPlaces.get(tokenLabel(expected));
  if (!place) return `expected ${tokenLabel(expected)}, ${found(actual, previous)}`;
  return `expected ${place.wants}, ${found(actual, undefined)}${meant(actual, place.words)}`;
}

function alternatives(
  ruleName: string,
  actual: IToken,
  previous: IToken,
  paths: readonly (readonly TokenType[])[],
): string {
  const first = [...new Set(paths.flatMap((path) => path.slice(0, 1).map(tokenLabel)))];
  const expected = wanted.get(ruleName) ?? (first.length > 5 ? 'something else' : oneOf(first));
  const words = first.map((label) => label.replaceAll('`', '')).filter((word) => keywords.has(word));
  return `expected ${expected}, ${found(actual, previous)}${meant(actual, words)}`;
}

function oneOf(labels: readonly string[]): string {
  const last = labels.at(-1) ?? '';
  return labels.length < 2 ? last : `${labels.slice(0, -1).join(', ')} or ${last}`;
}

/** The parser's findings in the words of the language. */
export const parseMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual, previous }) => mismatch(expected, actual, previous),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => mismatch(EOF, firstRedundant, undefined),
  buildNoViableAltMessage: ({ ruleName, actual, previous, expectedPathsPerAlt }) =>
    alternatives(ruleName, actual[0] as IToken, previous, expectedPathsPerAlt.flat()),
  // A list that must not be empty: what is missing is its first member, not the rule around it.
  buildEarlyExitMessage: ({ ruleName, actual, previous, expectedIterationPaths }) =>
    alternatives(ruleName === 'plan' ? 'pick' : ruleName, actual[0] as IToken, previous, expectedIterationPaths),
};
