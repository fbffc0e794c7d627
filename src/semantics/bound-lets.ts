import type { Expression, Let } from '../syntax/ast.ts';
import { bareWord, type Findings } from './context.ts';

/** Levels of `and`, `or`, `not` and other joints, and of `let`s, that a `let` may have when it is written out. */
const mostLevels = 200;

/** How often a `let`, written out, may use others: what doubles from line to line would never be read to its end. */
const mostUses = 1000;

/** How deep and how long a `let` is when it is written out. */
interface Size {
  readonly levels: number;
  readonly uses: number;
}

/** A single word in an expression, and the levels above it. */
interface Word {
  readonly word: string;
  readonly level: number;
}

/**
 * The `let`s of a file, those taken out that stand for themselves or for too much; each of them is reported. What is left can be
 * followed to its end.
 */
export function boundLets(lets: ReadonlyMap<string, Let>, findings: Findings): ReadonlyMap<string, Let> {
  const nested = new Map(
    [...lets].map(([name, { value }]) => [name, wordsIn(value, 1).filter(({ word }) => lets.has(word))]),
  );
  const sizes = measure(nested);
  reportCycles(lets, nested, sizes, findings);
  return new Map(
    [...lets].map(([name, found]) => {
      const size = sizes.get(name);
      if (size && isBounded(size)) return [name, found];
      // Of those that stand on others too large, only the first is the mistake.
      const isFirst = nested.get(name)?.every(({ word }) => isBounded(sizes.get(word)));
      if (size && isFirst) {
        findings.error('nesting-too-deep', found.name.span, `\`${name}\` stands on too many other \`let\`s`, {
          notes: [`at most ${mostLevels} levels, and ${mostUses} uses of other \`let\`s when it is written out`],
          help: 'write the condition in fewer steps',
        });
      }
      return [name, { ...found, value: { kind: 'invalid', span: found.value.span } as const }];
    }),
  );
}

const isBounded = (size: Size | undefined): boolean =>
  size === undefined || (size.levels <= mostLevels && size.uses <= mostUses);

/** Each once those are measured that it stands on; what stands on itself never is. */
function measure(nested: ReadonlyMap<string, readonly Word[]>): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>();
  const users = new Map<string, string[]>();
  const waiting = new Map<string, number>();
  for (const [name, words] of nested) {
    waiting.set(name, words.length);
    for (const { word } of words) {
      const known = users.get(word);
      if (known) known.push(name);
      else users.set(word, [name]);
    }
  }
  const ready = [...nested.keys()].filter((name) => waiting.get(name) === 0);
  for (const name of ready) {
    let [levels, uses] = [0, 0];
    for (const { word, level } of nested.get(name) ?? []) {
      levels = Math.max(levels, level + (sizes.get(word)?.levels ?? 0));
      uses += 1 + (sizes.get(word)?.uses ?? 0);
    }
    sizes.set(name, { levels, uses });
    for (const user of users.get(name) ?? []) {
      const left = (waiting.get(user) ?? 0) - 1;
      waiting.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
  return sizes;
}

/** Follows what could not be measured until it comes round. */
function reportCycles(
  lets: ReadonlyMap<string, Let>,
  nested: ReadonlyMap<string, readonly Word[]>,
  sizes: ReadonlyMap<string, Size>,
  findings: Findings,
): void {
  const seen = new Set<string>();
  for (const start of lets.keys()) {
    const way: string[] = [];
    let next: string | undefined = sizes.has(start) ? undefined : start;
    while (next !== undefined && !seen.has(next)) {
      seen.add(next);
      way.push(next);
      next = nested.get(next)?.find(({ word }) => !sizes.has(word))?.word;
    }
    const begin = next === undefined ? -1 : way.indexOf(next);
    const first = begin === -1 ? undefined : lets.get(way[begin] ?? '');
    if (!first) continue;
    findings.error('cyclic-let', first.name.span, `\`${first.name.text}\` is defined by way of itself`, {
      notes: [[...way.slice(begin), first.name.text].map((name) => `\`${name}\``).join(' → ')],
      help: 'write one of them without the others',
    });
  }
}

function wordsIn(expression: Expression, level: number): readonly Word[] {
  const inside = (inner: Expression) => wordsIn(inner, level + 1);
  switch (expression.kind) {
    case 'or':
    case 'and':
    case 'coalesce':
      return expression.operands.flatMap(inside);
    case 'not':
    case 'known':
    case 'like':
    case 'matches':
      return inside(expression.operand);
    case 'compare':
    case 'in':
      return [...inside(expression.left), ...inside(expression.right)];
    case 'set-literal':
      return expression.elements.flatMap(inside);
    case 'models-where':
      return inside(expression.condition);
    default: {
      const word = bareWord(expression);
      return word === undefined ? [] : [{ word, level }];
    }
  }
}
