import type { ColumnTable, Range } from './columns.ts';
import type { Term } from './terms.ts';

/**
 * A decision diagram for a list of rules of which the first that holds counts: flat arrays of integers. A node asks for the code
 * of one column and goes on to the child whose stretch of codes it lies in; a child below 0 is a leaf, `−1 − rule`, where the
 * number of rules stands for "none".
 */
export interface Diagram<Integers = readonly number[]> {
  readonly root: number;
  /** Of each node: its column. */
  readonly columns: Integers;
  /** Of each node: where its stretches begin in `starts` and `children`; one more than there are nodes. */
  readonly offsets: Integers;
  /** The first code of each stretch, in order within a node; the first of a node is 0. */
  readonly starts: Integers;
  readonly children: Integers;
}

/** A term and the rule that it belongs to. */
interface Line {
  readonly term: Term;
  readonly rule: number;
}

/** How large a diagram may grow before another form is taken. `work` counts what is looked at while it is built. */
export interface DiagramBudget {
  readonly nodes: number;
  readonly work: number;
}

export const defaultDiagramBudget: DiagramBudget = { nodes: 50_000, work: 1_000_000 };

/** Builds the diagram of rules given as terms; undefined where it would grow over its budget. */
export function buildDiagram(
  rules: readonly (readonly Term[])[],
  budget: DiagramBudget,
  columns: Pick<ColumnTable, 'occurs'>,
): Diagram | undefined {
  const lines = rules.flatMap((terms, rule) => terms.map((term): Line => ({ term, rule })));
  return new DiagramBuilder(lines, rules.length, budget, columns).build();
}

class OverBudget extends Error {}

class DiagramBuilder {
  readonly #lines: readonly Line[];
  readonly #none: number;
  readonly #budget: DiagramBudget;
  readonly #codes: Pick<ColumnTable, 'occurs'>;
  readonly #order: readonly number[];
  /** Of each line: the level of the last column that it constrains. */
  readonly #lastLevels: readonly number[];
  readonly #memo = new Map<string, number>();
  readonly #unique = new Map<string, number>();
  readonly #columns: number[] = [];
  readonly #offsets: number[] = [0];
  readonly #starts: number[] = [];
  readonly #children: number[] = [];
  #work = 0;

  constructor(lines: readonly Line[], none: number, budget: DiagramBudget, codes: Pick<ColumnTable, 'occurs'>) {
    this.#codes = codes;
    this.#lines = lines;
    this.#none = none;
    this.#budget = budget;
    this.#order = orderColumns(lines);
    const levels = new Map(this.#order.map((column, level) => [column, level]));
    this.#lastLevels = lines.map(({ term }) => Math.max(-1, ...term.map(({ column }) => levels.get(column) ?? -1)));
  }

  build(): Diagram | undefined {
    try {
      const root = this.#node(
        this.#lines.map((_, line) => line),
        0,
      );
      const [columns, offsets, starts, children] = [this.#columns, this.#offsets, this.#starts, this.#children];
      return { root, columns, offsets, starts, children };
    } catch (error) {
      if (error instanceof OverBudget) return undefined;
      throw error;
    }
  }

  /** The node for the lines that can still hold, in order, once the columns before a level are known. */
  #node(alive: readonly number[], level: number): number {
    const [first] = alive;
    if (first === undefined) return leaf(this.#none);
    const end = alive.findIndex((line) => this.#isDecided(line, level));
    if (end === 0) return leaf(this.#ruleOf(first));
    const kept = end === -1 ? alive : alive.slice(0, end + 1);
    const key = `${level} ${kept.join(' ')}`;
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    this.#spend(kept.length);
    const column = this.#order[level] ?? -1;
    const node = this.#split(kept, column, level);
    this.#memo.set(key, node);
    return node;
  }

  #isDecided(line: number, level: number): boolean {
    return (this.#lastLevels[line] ?? -1) < level;
  }

  #ruleOf(line: number): number {
    return this.#lines[line]?.rule ?? this.#none;
  }

  /** Goes through the stretches of codes between which the set of living lines changes. */
  #split(alive: readonly number[], column: number, level: number): number {
    const rangesOf = (line: number) => this.#lines[line]?.term.find((atom) => atom.column === column)?.ranges;
    const free = alive.filter((line) => rangesOf(line) === undefined);
    if (free.length === alive.length) return this.#node(alive, level + 1);
    const bound = alive.flatMap((line) => rangesOf(line)?.map((range) => ({ line, range })) ?? []);
    const starts: number[] = [];
    const children: number[] = [];
    const stretches = sweep(bound);
    for (const [index, { start, lines }] of stretches.entries()) {
      const end = stretches[index + 1]?.start ?? Number.POSITIVE_INFINITY;
      // Of codes that no value has nothing need be said: they go with their neighbours.
      if (!this.#codes.occurs(column, start, end)) continue;
      this.#spend(free.length + lines.length);
      const child = this.#node(mergeSorted(free, lines), level + 1);
      if (children.at(-1) === child) continue;
      starts.push(children.length === 0 ? 0 : start);
      children.push(child);
    }
    return children.length === 1 ? (children[0] ?? leaf(this.#none)) : this.#add(column, starts, children);
  }

  /** Equal nodes are one node. */
  #add(column: number, starts: readonly number[], children: readonly number[]): number {
    const key = `${column} ${starts.join(' ')} ${children.join(' ')}`;
    const known = this.#unique.get(key);
    if (known !== undefined) return known;
    const index = this.#columns.length;
    if (index >= this.#budget.nodes) throw new OverBudget();
    this.#columns.push(column);
    this.#starts.push(...starts);
    this.#children.push(...children);
    this.#offsets.push(this.#starts.length);
    this.#unique.set(key, index);
    return index;
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > this.#budget.work) throw new OverBudget();
  }
}

const leaf = (rule: number): number => -1 - rule;

/** The column that most lines constrain comes first, and among those the one that allows each line the fewest codes. */
function orderColumns(lines: readonly Line[]): number[] {
  const stats = new Map<number, { lines: number; codes: number }>();
  for (const { term } of lines) {
    for (const { column, ranges } of term) {
      const found = stats.get(column) ?? { lines: 0, codes: 0 };
      found.lines++;
      found.codes += ranges.reduce((sum, [start, end]) => sum + end - start, 0);
      stats.set(column, found);
    }
  }
  return [...stats]
    .sort(([a, one], [b, other]) => other.lines - one.lines || one.codes - other.codes || a - b)
    .map(([column]) => column);
}

/** The stretches of codes, from 0, with the lines whose ranges cover each; lines in order. */
function sweep(
  bound: readonly { readonly line: number; readonly range: Range }[],
): { start: number; lines: number[] }[] {
  const events = bound.flatMap(({ line, range: [start, end] }) => [
    { at: start, line, opens: true },
    { at: end, line, opens: false },
  ]);
  events.sort((a, b) => a.at - b.at);
  const open = new Set<number>();
  const stretches: { start: number; lines: number[] }[] = [];
  let place = 0;
  if (events[0]?.at !== 0) stretches.push({ start: 0, lines: [] });
  while (place < events.length) {
    const at = events[place]?.at ?? 0;
    for (; events[place]?.at === at; place++) {
      const event = events[place];
      if (event?.opens) open.add(event.line);
      else if (event) open.delete(event.line);
    }
    stretches.push({ start: at, lines: [...open].sort((a, b) => a - b) });
  }
  return stretches;
}

function mergeSorted(first: readonly number[], second: readonly number[]): number[] {
  if (first.length === 0) return [...second];
  return [...first, ...second].sort((a, b) => a - b);
}

/** The rules that count for some codes: what is in no leaf never does. */
export function rulesIn({ root, children }: Diagram): ReadonlySet<number> {
  return new Set([root, ...children].filter((child) => child < 0).map((child) => -1 - child));
}

/** The rule of the first line that holds, by the codes of the columns; `rules` where none does. */
export function lookUp(diagram: Diagram<ArrayLike<number>>, codes: { at(column: number): number }): number {
  const { columns, offsets, starts, children } = diagram;
  let node = diagram.root;
  while (node >= 0) {
    const code = codes.at(columns[node] as number);
    let low = offsets[node] as number;
    let high = (offsets[node + 1] as number) - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= code) low = middle;
      else high = middle - 1;
    }
    node = children[low] as number;
  }
  return -1 - node;
}
