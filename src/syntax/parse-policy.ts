import { type CstNode, EOF, type IRecognitionException } from 'chevrotain';
import { lexPolicy } from '../../grammar/lex.ts';
import { PolicyParser } from '../../grammar/parser.ts';
import type { Diagnostic, Parsed } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import { type Span, spanText } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Item, PolicyFile, Test } from './ast.ts';
import { buildDeny, buildLet, buildRequire, buildSchedule } from './build-declarations.ts';
import { exactNumber } from './build-literal.ts';
import { buildNotes } from './build-notes.ts';
import {
  buildBudget,
  buildCache,
  buildCap,
  buildGuard,
  buildLimit,
  buildMirror,
  buildSet,
  buildTag,
} from './build-obligations.ts';
import { buildFallback, buildRetry, buildRoutes } from './build-routes.ts';
import { buildAssert, buildTest } from './build-test.ts';
import { checkClauses } from './check-clauses.ts';
import { CstReader } from './cst.ts';
import { readInteger } from './quantities.ts';

const parser = new PolicyParser();

/**
 * Reads a policy's text. The tree holds all that could be understood, also where there are errors; each error is reported
 * once, at its place, and what follows it is read on.
 */
export function parsePolicy(source: Source): Parsed<PolicyFile> {
  return parseWith(source, 'file', buildFile);
}

/** Reads a `.llmtest` file: tests and nothing else. */
export function parseTests(source: Source): Parsed<readonly Test[]> {
  return parseWith(source, 'testFile', (reader, cst) =>
    reader.nodes(cst, 'test').map((node) => buildTest(reader, node)),
  );
}

function parseWith<Value>(
  source: Source,
  rule: 'file' | 'testFile',
  build: (reader: CstReader, cst: CstNode, complete: boolean) => Value,
): Parsed<Value> {
  const lexed = lexPolicy(source);
  if (lexed.diagnostics.some(({ code }) => code === 'nesting-too-deep')) {
    return { value: undefined, diagnostics: lexed.diagnostics };
  }
  parser.input = [...lexed.tokens];
  const cst = parser[rule]();
  const reader = new CstReader(source);
  const value = build(reader, cst, parser.errors.length === 0);
  const syntax = parser.errors.map((error) => syntaxError(source, error));
  // A token that is wrong in itself has been reported; that it, or what comes after it, also stands wrong says nothing new.
  const reported = new Set(lexed.diagnostics.map(startOf));
  const unread = lexed.diagnostics.filter(isUnread).map(endOf);
  const follows = (diagnostic: Diagnostic) =>
    unread.some((end) => end <= startOf(diagnostic) && /^[ \t]*$/.test(source.text.slice(end, startOf(diagnostic))));
  const later = [...syntax.filter((diagnostic) => !follows(diagnostic)), ...reader.diagnostics].filter(
    (diagnostic) => !reported.has(startOf(diagnostic)),
  );
  return { value, diagnostics: [...lexed.diagnostics, ...later].sort((a, b) => startOf(a) - startOf(b)) };
}

/** Characters of which nothing could be made: a number, or no token at all. */
const isUnread = ({ code, primary }: Diagnostic): boolean =>
  code === 'unexpected-character' || /^[$\d]/.test(spanText(primary.span));

const startOf = ({ primary }: Diagnostic): number => primary.span.start;
const endOf = ({ primary }: Diagnostic): number => primary.span.end;

function buildFile(reader: CstReader, cst: CstNode, complete: boolean): PolicyFile {
  const edition = reader.token(cst, 'Int');
  return {
    source: reader.source,
    edition: edition && { value: exactNumber(reader, edition, readInteger), span: reader.spanOf(edition) },
    name: reader.textName(reader.token(cst, 'name')),
    parents: reader.tokens(cst, 'parent').flatMap((token) => reader.textName(token) ?? []),
    items: reader.nodes(cst, 'item').flatMap((item) => buildItem(reader, item) ?? []),
    complete,
    span: { source: reader.source, start: 0, end: reader.source.text.length },
  };
}

/** How each kind of item is built, by the name of its rule in the grammar. */
const builders: Readonly<Record<string, (reader: CstReader, node: CstNode) => Item | undefined>> = {
  let: buildLet,
  schedule: buildSchedule,
  deny: buildDeny,
  require: buildRequire,
  routes: buildRoutes,
  retry: buildRetry,
  fallback: buildFallback,
  budget: buildBudget,
  limit: buildLimit,
  cap: buildCap,
  cache: buildCache,
  guard: buildGuard,
  set: buildSet,
  tag: buildTag,
  mirror: buildMirror,
  assert: buildAssert,
  test: buildTest,
};

function buildItem(reader: CstReader, item: CstNode): Item | undefined {
  for (const [rule, build] of Object.entries(builders)) {
    const node = reader.node(item, rule);
    if (!node) continue;
    checkClauses(reader, node);
    const built = build(reader, node);
    if (built) return { ...built, notes: buildNotes(reader, item) };
  }
  return undefined;
}

function syntaxError(source: Source, error: IRecognitionException): Diagnostic {
  const place = placeOf(source, error);
  const [, said = error.message, meant] = /^(.*); did you mean `(.*)`\?$/.exec(error.message) ?? [];
  const [, keyword] = /^expected `([a-z]+)`/.exec(said) ?? [];
  const misspelt = keyword !== undefined && suggest(spanText(place), [keyword]) === keyword;
  return errorAt('syntax', place, said, didYouMean(place, meant ?? (misspelt ? keyword : undefined)));
}

/** The token that was not expected; at the end of the file, the place after the last token. */
function placeOf(
  source: Source,
  { token, previousToken }: IRecognitionException & { previousToken?: { endOffset?: number } },
): Span {
  if (token.tokenType !== EOF) return { source, start: token.startOffset, end: token.startOffset + token.image.length };
  const end = (previousToken?.endOffset ?? source.text.trimEnd().length - 1) + 1;
  return { source, start: Math.max(0, end), end: Math.max(0, end) };
}
