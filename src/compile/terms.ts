import { type CodedAtom, type ColumnTable, mergeRanges, type Range } from './columns.ts';
import type { Ir } from './ir.ts';

/** A conjunction: for each column that it constrains, the codes that it allows. Columns are in ascending order. */
export type Term = readonly CodedAtom[];

/** A condition whose normal form has more terms than this is evaluated directly. */
export const mostTerms = 64;

/** The condition as an `or` of terms, contradictions left out; undefined where that grows too large. */
export function termsOf(condition: Ir, columns: ColumnTable): readonly Term[] | undefined {
  return expand(condition, true, columns);
}

function expand(condition: Ir, holds: boolean, columns: ColumnTable): readonly Term[] | undefined {
  switch (condition.op) {
    case 'constant':
      return condition.value === holds ? [[]] : [];
    case 'not':
      return expand(condition.of, !holds, columns);
    case 'and':
    case 'or': {
      const parts = condition.of.map((operand) => expand(operand, holds, columns));
      return (condition.op === 'and') === holds ? product(parts) : sum(parts);
    }
    default: {
      const atom = columns.code(condition);
      const codes = columns.columns()[atom.column]?.codes ?? 0;
      const ranges = holds ? atom.ranges : complement(atom.ranges, codes);
      return ranges.length === 0 ? [] : [[{ column: atom.column, ranges }]];
    }
  }
}

function complement(ranges: readonly Range[], codes: number): Range[] {
  const gaps: Range[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    if (start > from) gaps.push([from, start]);
    from = end;
  }
  if (from < codes) gaps.push([from, codes]);
  return gaps;
}

function sum(parts: readonly (readonly Term[] | undefined)[]): readonly Term[] | undefined {
  const terms: Term[] = [];
  for (const part of parts) {
    if (!part || terms.length + part.length > mostTerms) return undefined;
    terms.push(...part);
  }
  return terms;
}

function product(parts: readonly (readonly Term[] | undefined)[]): readonly Term[] | undefined {
  let terms: readonly Term[] = [[]];
  for (const part of parts) {
    if (!part || terms.length * part.length > mostTerms * mostTerms) return undefined;
    terms = terms.flatMap((term) => part.flatMap((other) => intersect(term, other)));
    if (terms.length > mostTerms) return undefined;
  }
  return terms;
}

/** Both terms at once; an empty list where they contradict each other. */
function intersect(first: Term, second: Term): Term[] {
  const joined: CodedAtom[] = [...first];
  for (const atom of second) {
    const place = joined.findIndex(({ column }) => column === atom.column);
    const before = joined[place];
    if (!before) {
      joined.push(atom);
      continue;
    }
    const ranges = intersectRanges(before.ranges, atom.ranges);
    if (ranges.length === 0) return [];
    joined[place] = { column: atom.column, ranges };
  }
  return [joined.sort((a, b) => a.column - b.column)];
}

function intersectRanges(first: readonly Range[], second: readonly Range[]): Range[] {
  const shared = first.flatMap(([start, end]) =>
    second.map(([from, to]): Range => [Math.max(start, from), Math.min(end, to)]),
  );
  return mergeRanges(shared);
}
