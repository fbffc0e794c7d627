import type { CstElement, CstNode } from 'chevrotain';
import type { Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';

/** Parts of a file that are understood, or not, on their own: the rules, and the lines within them. */
const kinds: ReadonlySet<string> = new Set([
  'item',
  'choice',
  'branch',
  'share',
  'threshold',
  'test',
  'fact',
  'expectation',
]);

/** The units of a text: each begins where its node begins, and ends where the next one does. */
export class Units {
  readonly #source: Source;
  readonly #starts: readonly number[];

  constructor(source: Source, root: CstNode) {
    const starts = [0];
    collectStarts(root, starts);
    this.#source = source;
    this.#starts = starts.sort((a, b) => a - b);
  }

  /** The unit to which a place belongs, as the place where it begins. */
  at(offset: number): number {
    return this.#starts.findLast((start) => start <= offset) ?? 0;
  }

  /** From the beginning of a unit, or of something that is none, to the next unit. */
  spanFrom(start: number): Span {
    const end = this.#starts.find((next) => next > start) ?? this.#source.text.length;
    return { source: this.#source, start, end };
  }
}

function collectStarts(node: CstNode, starts: number[]): void {
  if (kinds.has(node.name) && node.location) starts.push(node.location.startOffset);
  for (const elements of Object.values(node.children)) {
    for (const element of elements ?? []) if (isNode(element)) collectStarts(element, starts);
  }
}

const isNode = (element: CstElement): element is CstNode => 'children' in element;
