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
  ['cap', '`input`, `output`, `cost` or `time`'],
  ['cache', '`exact`, `semantic` or `off`'],
  ['expectation', 'what the decision must hold: `plan`, `route`, `served`, `removed`, `reject`, `tag`, …'],
]);

/** Where a repetition ended at something that it does not know: what else could have come, by the token that ends it. */
const openPlaces: ReadonlyMap<string, { readonly wants: string; readonly words: readonly string[] }> = new Map([
  [tokenLabel(EOF), { wants: 'a rule', words: topLevelWords }],
  ['`otherwise`', { wants: '`route`, `split` or `otherwise`', words: ['route', 'split', 'otherwise'] }],
]);

const found = (token: IToken): string => (token.tokenType === EOF ? 'the file ends' : `found \`${token.image}\``);

function mismatch(expected: TokenType, actual: IToken): string {
  const place = openPlaces.get(tokenLabel(expected));
  if (!place) return `expected ${tokenLabel(expected)}, ${found(actual)}`;
  const near = suggest(actual.image, place.words);
  return `expected ${place.wants}, ${found(actual)}${near ? `; did you mean \`${near}\`?` : ''}`;
}

function alternatives(ruleName: string, actual: IToken, paths: readonly (readonly TokenType[])[]): string {
  const first = [...new Set(paths.flatMap((path) => path.slice(0, 1).map(tokenLabel)))];
  const list = first.length > 5 ? 'something else' : first.join(' or ');
  const near = suggest(
    actual.image,
    first.map((label) => label.replaceAll('`', '')).filter((word) => keywords.has(word)),
  );
  const expected = wanted.get(ruleName) ?? list;
  return `expected ${expected}, ${found(actual)}${near ? `; did you mean \`${near}\`?` : ''}`;
}

/** The parser's findings in the words of the language. */
export const parseMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => mismatch(expected, actual),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => mismatch(EOF, firstRedundant),
  buildNoViableAltMessage: ({ ruleName, actual, expectedPathsPerAlt }) =>
    alternatives(ruleName, actual[0] as IToken, expectedPathsPerAlt.flat()),
  // A list that must not be empty: what is missing is its first member, not the rule around it.
  buildEarlyExitMessage: ({ ruleName, actual, expectedIterationPaths }) =>
    alternatives(ruleName === 'plan' ? 'pick' : ruleName, actual[0] as IToken, expectedIterationPaths),
};
