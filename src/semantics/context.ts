import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Expression, Let, Schedule } from '../syntax/ast.ts';
import type { Environment } from './environment.ts';
import type { Condition } from './typed.ts';
import type { Type } from './types.ts';

/** Which of a model's attributes may be read: none, what the catalogue fixes, or its state too. */
export type ModelAccess = 'none' | 'catalogue' | 'all';

/** How an operand may be used where it stands. */
export interface Use {
  /** The enum whose words a bare word may be. */
  readonly expected?: Type | undefined;
  /** It may be missing: something after `??`, or `is known`, takes care of that. */
  readonly mayBeMissing?: boolean;
}

/** A condition, and the optional facts that are certainly known once it holds, or once it does not. */
export interface CheckedCondition {
  readonly condition: Condition;
  readonly knownIfTrue: ReadonlySet<string>;
  readonly knownIfFalse: ReadonlySet<string>;
}

/** What an expression is checked against. A nested check gets a changed copy; findings go to one list. */
export interface Context {
  /** The name of the policy whose file is checked. */
  readonly policy: string;
  readonly environment: Environment;
  /** Indices of the catalogue by name, and by `provider/upstream` where that names one. */
  readonly modelIndex: ReadonlyMap<string, readonly number[]>;
  /** Those of the file and of the files that it extends. */
  readonly lets: ReadonlyMap<string, Let>;
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** Budgets and limits of all layers, as they are read: `budget.team-month`. */
  readonly counters: ReadonlyMap<string, CounterName>;
  /** The words of `route` and `branch`, where they may be read: behind the routes. */
  readonly taken: TakenWords | undefined;
  /** Optional facts that are certainly known where the expression stands. */
  readonly known: ReadonlySet<string>;
  readonly modelAccess: ModelAccess;
  /** `model` may be something that is no model and receives content: in `deny model`. */
  readonly speaksOfReceivers?: boolean;
  readonly findings: Findings;
  /** Checks a nested condition; handed down because models, values and conditions contain one another. */
  readonly checkCondition: (context: Context, expression: Expression) => CheckedCondition | undefined;
  /** Names of lets and schedules that some rule used. */
  readonly used: Set<string>;
}

export interface CounterName {
  readonly kind: 'budget' | 'limit';
  readonly name: string;
  /** It reads `model`, and is charged by each attempt. */
  readonly perAttempt: boolean;
}

export interface TakenWords {
  readonly routes: readonly string[];
  readonly branches: readonly string[];
}

/** Collects findings. The same finding at the same place is kept once, as a `let` is checked at each of its uses. */
export class Findings {
  readonly list: Diagnostic[] = [];
  readonly #seen = new Set<string>();

  add(diagnostic: Diagnostic): void {
    const { source, start, end } = diagnostic.primary.span;
    const key = [diagnostic.code, source.name, start, end].join(' ');
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push(diagnostic);
  }

  error(code: DiagnosticCode, span: Span, message: string, details: Parameters<typeof errorAt>[3] = {}): undefined {
    this.add(errorAt(code, span, message, details));
    return undefined;
  }
}

/** The single word of a path without dots. */
export function bareWord(expression: Expression): string | undefined {
  if (expression.kind !== 'path' || expression.segments.length !== 1) return undefined;
  return expression.segments[0]?.text;
}

/** A single word that is not the name of something: where an enum is expected, a value of it. */
export function plainWord(context: Context, expression: Expression): string | undefined {
  const word = bareWord(expression);
  if (word === undefined || word === 'route' || word === 'branch' || context.lets.has(word)) return undefined;
  return word;
}

/** An expression with lets replaced by what they stand for, and the context in which that is read. No `let` stands for itself. */
export function followLet(context: Context, expression: Expression): { expression: Expression; context: Context } {
  const word = bareWord(expression);
  const found = word === undefined ? undefined : context.lets.get(word);
  if (word === undefined || !found) return { expression, context };
  context.used.add(word);
  return followLet(context, found.value);
}
