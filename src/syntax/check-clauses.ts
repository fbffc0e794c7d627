import type { CstElement, CstNode } from 'chevrotain';
import { errorAt, warningAt } from '../diagnostics/report.ts';
import { joinSpans, type Span, spanText } from '../diagnostics/span.ts';
import type { CstReader } from './cst.ts';

/** A clause that may end a rule: what it is called, and where it is in the rule's syntax tree. */
interface Clause {
  readonly name: string;
  /** A rule of the grammar, or the token with which the clause begins. */
  readonly begins: string;
  /** The token with which it ends, where it is not a rule. */
  readonly ends?: string;
  readonly repeats?: boolean;
}

const rule = (name: string, begins = name): Clause => ({ name, begins });

/** Clauses that end a rule, in the grammar's order. The parser takes them in any. */
const clausesOf: ReadonlyMap<string, readonly Clause[]> = new Map([
  ['split', [rule('salt'), rule('when')]],
  ['tail', [{ name: 'retry', begins: 'retry', repeats: true }, rule('fallback')]],
  [
    'fallback',
    [
      { name: 'max', begins: 'MaxKeyword', ends: 'AttemptsKeyword' },
      { name: 'within', begins: 'WithinKeyword', ends: 'Duration' },
    ],
  ],
  ['budget', [rule('for each', 'each'), rule('when')]],
  ['limit', [rule('burst'), rule('for each', 'each'), rule('when'), rule('else', 'elsePlan')]],
  ['cache', [{ name: 'ttl', begins: 'TtlKeyword', ends: 'Duration' }, rule('scope'), rule('when')]],
  ['guard', [rule('stream'), rule('when')]],
]);

/** Of a pick, the clauses are told apart by their keyword. */
const pickClauses = [
  ['after', 'AfterKeyword'],
  ['timeout', 'TimeoutKeyword'],
  ['first token', 'FirstKeyword'],
] as const;

/** Parts of a rule in which no clause stands. */
const clauseless: ReadonlySet<string> = new Set(['when', 'expression', 'coalesce', 'target']);

/** A clause, and where it is written. */
interface Written {
  readonly name: string;
  readonly spans: readonly Span[];
}

/**
 * Holds the clauses of every rule below a node to the grammar's order, each at most once: of two only one could hold, and nobody
 * should have to know which. A wrong order is understood, so it is a warning, whose mend is certain.
 */
export function checkClauses(reader: CstReader, node: CstNode): void {
  const clauses = clausesOf.get(node.name);
  if (node.name === 'pick') checkOrder(reader, writtenInPick(reader, node));
  else if (clauses) checkOrder(reader, writtenIn(reader, node, clauses));
  for (const part in node.children) {
    if (!clauseless.has(part))
      for (const child of node.children[part] ?? []) if (isNode(child)) checkClauses(reader, child);
  }
}

function checkOrder(reader: CstReader, written: readonly Written[]): void {
  reportRepeated(reader, written);
  reportOrder(reader, written);
}

const isNode = (element: CstElement): element is CstNode => 'children' in element;

function writtenIn(reader: CstReader, node: CstNode, clauses: readonly Clause[]): Written[] {
  return clauses.map(({ name, begins, ends, repeats }) => {
    const last = ends === undefined ? [] : reader.tokens(node, ends);
    const spans = (node.children[begins] ?? []).map((element, index) => {
      const end = last[index];
      const span = reader.spanOf(element);
      return end ? joinSpans(span, reader.spanOf(end)) : span;
    });
    return { name, spans: repeats ? wholeOf(spans) : spans };
  });
}

function wholeOf(spans: readonly Span[]): Span[] {
  const [first, last] = [spans[0], spans.at(-1)];
  return first && last ? [joinSpans(first, last)] : [];
}

function writtenInPick(reader: CstReader, node: CstNode): Written[] {
  const clauses = reader.nodes(node, 'pickClause');
  return pickClauses.map(([name, keyword]) => ({
    name,
    spans: clauses.filter((clause) => reader.has(clause, keyword)).map((clause) => reader.spanOf(clause)),
  }));
}

function reportRepeated(reader: CstReader, written: readonly Written[]): void {
  for (const { name, spans } of written) {
    const [first, again] = spans;
    if (!again) continue;
    reader.diagnostics.push(
      errorAt('declared-twice', again, `this rule has a \`${name}\` already`, {
        help: 'keep one of them',
        ...(first && { secondary: [{ span: first, message: 'the first is here' }] }),
      }),
    );
  }
}

function reportOrder(reader: CstReader, written: readonly Written[]): void {
  const wanted = written.flatMap(({ spans }) => spans.slice(0, 1));
  const found = wanted.toSorted((a, b) => a.start - b.start);
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last || wanted.every((span, index) => span === found[index])) return;
  const gaps = found.slice(1).map((span, index) => span.source.text.slice(found[index]?.end, span.start));
  const newText = wanted.map((span, index) => spanText(span) + (gaps[index] ?? '')).join('');
  const order = written.filter(({ spans }) => spans.length > 0).map(({ name }) => `\`${name}\``);
  const span = joinSpans(first, last);
  reader.diagnostics.push(
    warningAt('clause-order', span, 'these clauses stand in an unusual order', {
      help: `write ${order.join(', then ')}; \`llmpolicy fmt\` does it`,
      fix: [{ span, newText }],
    }),
  );
}
