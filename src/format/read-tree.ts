import type { CstNode, IToken } from 'chevrotain';
import { lexPolicy } from '../../grammar/lex.ts';
import { PolicyParser } from '../../grammar/parser.ts';
import * as t from '../../grammar/tokens.ts';
import type { Source } from '../diagnostics/source.ts';
import { CstReader } from '../syntax/cst.ts';
import { attachComments } from './comments.ts';
import { Printing } from './printing.ts';
import { redundantParentheses } from './redundant-parentheses.ts';

/** Printed with the word before them, and so never the neighbour of a comment. */
const punctuation: ReadonlySet<unknown> = new Set([t.Comma, t.Dot, t.DotDot, t.Colon]);

let parser: PolicyParser | undefined;

/** The concrete tree of a text without syntax errors: every token, which the abstract tree leaves out, and every comment. */
export function readTree(source: Source): { readonly root: CstNode; readonly printing: Printing } {
  const { tokens, comments } = lexPolicy(source);
  parser ??= new PolicyParser();
  parser.input = [...tokens];
  const root = parser.file();
  const reader = new CstReader(source);
  const redundant = redundantParentheses(reader, root);
  const holdsComments = (token: IToken) => !punctuation.has(token.tokenType) && !redundant.has(token);
  return { root, printing: new Printing(reader, redundant, attachComments(tokens, comments, holdsComments)) };
}
