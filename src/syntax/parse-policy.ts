import type { CstNode } from 'chevrotain';
import { lexPolicy } from '../../grammar/lex.ts';
import { PolicyParser } from '../../grammar/parser.ts';
import type { Diagnostic, Parsed } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
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
import { syntaxFindings } from './syntax-errors.ts';

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
  build: (reader: CstReader, cst: CstNode, understood: Understood) => Value,
): Parsed<Value> {
  const lexed = lexPolicy(source);
  if (lexed.diagnostics.some(({ code }) => code === 'nesting-too-deep')) {
    return { value: undefined, diagnostics: lexed.diagnostics };
  }
  parser.input = [...lexed.tokens];
  const cst = parser[rule]();
  const reader = new CstReader(source);
  const complete = parser.errors.length === 0;
  const { diagnostics: syntax, unclear } = syntaxFindings(source, cst, parser.errors, lexed.diagnostics);
  const value = build(reader, cst, { complete, unclear });
  // A token that is wrong in itself has been reported; that it cannot be held exactly either says nothing new.
  const reported = new Set(lexed.diagnostics.map(startOf));
  const built = reader.diagnostics.filter((diagnostic) => !reported.has(startOf(diagnostic)));
  const diagnostics = [...lexed.diagnostics, ...syntax, ...built].sort((a, b) => startOf(a) - startOf(b));
  return { value, diagnostics };
}

const startOf = ({ primary }: Diagnostic): number => primary.span.start;

/** How much of a text was understood. */
type Understood = Pick<PolicyFile, 'complete' | 'unclear'>;

function buildFile(reader: CstReader, cst: CstNode, understood: Understood): PolicyFile {
  const edition = reader.token(cst, 'Int');
  return {
    source: reader.source,
    edition: edition && { value: exactNumber(reader, edition, readInteger), span: reader.spanOf(edition) },
    name: reader.textName(reader.token(cst, 'name')),
    parents: reader.tokens(cst, 'parent').flatMap((token) => reader.textName(token) ?? []),
    items: reader.nodes(cst, 'item').flatMap((item) => buildItem(reader, item) ?? []),
    ...understood,
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
