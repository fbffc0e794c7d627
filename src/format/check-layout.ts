import { type IToken, tokenMatcher } from 'chevrotain';
import { lexPolicy } from '../../grammar/lex.ts';
import { AnyWord } from '../../grammar/tokens.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { PolicyFile } from '../syntax/ast.ts';
import { parsePolicy } from '../syntax/parse-policy.ts';
import { commentText } from './comments.ts';
import { bareName } from './print-name.ts';
import { sameTree } from './same-tree.ts';

/** What a layout changed that it must not: a bug of ours, found before anything is written. */
export function layoutDamage(before: PolicyFile, after: Source): string | undefined {
  const { value, diagnostics } = parsePolicy(after);
  if (!value || hasErrors(diagnostics) || !sameTree(before, value)) return 'the layout changed what the text says';
  const old = lexPolicy(before.source);
  const laidOut = lexPolicy(after);
  const oldWords = wordsIn(old.tokens);
  const newWords = wordsIn(laidOut.tokens);
  if (!equal(oldWords.toSorted(), newWords.toSorted())) return 'the layout dropped or doubled a word';
  // A comment goes where its clause goes: only then may comments change places.
  const order = equal(oldWords, newWords) ? keepOrder : sorted;
  const oldComments = order(old.comments.map(commentText));
  return equal(oldComments, order(laidOut.comments.map(commentText)))
    ? undefined
    : 'the layout dropped, doubled or moved a comment';
}

const keepOrder = (texts: readonly string[]): readonly string[] => texts;
const sorted = (texts: readonly string[]): readonly string[] => texts.toSorted();

const wordsIn = (tokens: readonly IToken[]): string[] =>
  tokens.filter((token) => tokenMatcher(token, AnyWord)).map(bareName);

const equal = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((text, index) => text === second[index]);
