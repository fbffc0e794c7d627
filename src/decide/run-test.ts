import { readInstant } from '../catalog/zone-time.ts';
import type { CompiledPolicy } from '../compile/compile-source.ts';
import { assertNever } from '../diagnostics/assert-never.ts';
import type { Span } from '../diagnostics/span.ts';
import type { CheckedExpectation, CheckedTest } from '../semantics/typed.ts';
import type { Value } from '../semantics/types.ts';
import type { Decision } from './decision.ts';
import { explainDecision } from './explain.ts';
import type { Facts } from './facts.ts';
import { neutralInstant, prepareFacts } from './prepare-facts.ts';
import { servePlan } from './serve-plan.ts';

export interface TestResult {
  readonly test: CheckedTest;
  /** The decision, explained. */
  readonly decision: Decision;
  /** The facts that it was taken on. */
  readonly facts: Facts;
  readonly failures: readonly TestFailure[];
}

/** An expectation that does not hold. */
export interface TestFailure {
  readonly span: Span;
  readonly expected: string;
  readonly actual: string;
}

/** Runs a test: offline, with the clock, health, spend, limits and buckets that it gives. */
export function runTest({ checked, program }: CompiledPolicy, test: CheckedTest): TestResult {
  const instant = (test.now === null ? undefined : readInstant(test.now)) ?? neutralInstant;
  const facts = prepareFacts(program, test.given, instant);
  const decision = explainDecision(checked, program, facts);
  const failures = test.expectations.flatMap((expectation) => {
    const found = compare(expectation, decision, test);
    return found === null ? [] : [{ span: expectation.span, ...found }];
  });
  return { test, decision, facts, failures };
}

type Mismatch = Omit<TestFailure, 'span'> | null;

function compare(expectation: CheckedExpectation, decision: Decision, test: CheckedTest): Mismatch {
  switch (expectation.kind) {
    case 'plan':
      return compareText(
        list(expectation.models),
        list(decision.attempts.map(({ model }) => model)) + rejectNote(decision),
      );
    case 'route':
      return compareText(expectation.name, decision.route ?? 'no route: refused before the routes');
    case 'served':
      return compareText(expectation.model ?? 'nothing', servePlan(decision, test.down).model ?? 'nothing');
    case 'removed':
      return compareRemoved(expectation.model, expectation.rule, decision);
    case 'reject':
      return compareReject(expectation, decision);
    case 'replaced':
      return compareNames(
        expectation.name,
        (decision.replacedBy ?? []).map((by) => ('budget' in by ? by.budget : by.limit)),
      );
    case 'tag':
    case 'set':
    case 'cap':
      return compareWritten(expectation, decision);
    case 'budget':
    case 'limit':
    case 'guard':
    case 'cache':
    case 'notify':
      return compareNames(expectation.name, obligationNames(expectation.kind, decision));
    default:
      return assertNever(expectation);
  }
}

const list = (models: readonly string[]): string => `[ ${models.join(', ')} ]`;

function rejectNote({ reject }: Decision): string {
  return reject ? `, rejected with ${reject.status} ${reject.code}` : '';
}

function compareText(expected: string, actual: string): Mismatch {
  return expected === actual ? null : { expected, actual };
}

function compareNames(expected: string, actual: readonly string[]): Mismatch {
  if (actual.includes(expected)) return null;
  return { expected, actual: actual.length === 0 ? 'nothing' : [...new Set(actual)].join(', ') };
}

function compareRemoved(model: string, rule: string, { removed }: Decision): Mismatch {
  const rules = removed.filter((entry) => entry.model === model).map((entry) => entry.rule);
  if (rules.includes(rule)) return null;
  const actual = rules.length === 0 ? `${model} is not removed` : `${model} is removed by ${rules.join(', ')}`;
  return { expected: `${model} removed by ${rule}`, actual };
}

function compareReject(expected: CheckedExpectation & { kind: 'reject' }, { reject, attempts }: Decision): Mismatch {
  const message = expected.message === null ? '' : ` ${JSON.stringify(expected.message)}`;
  const wanted = `reject ${expected.status}${message}`;
  if (!reject) return { expected: wanted, actual: `plan ${list(attempts.map(({ model }) => model))}` };
  const holds = reject.status === expected.status && (expected.message === null || expected.message === reject.message);
  return holds ? null : { expected: wanted, actual: `reject ${reject.status} ${JSON.stringify(reject.message)}` };
}

/** What holds for the request, and for any of its attempts. */
function obligationNames(
  kind: 'budget' | 'limit' | 'guard' | 'cache' | 'notify',
  { obligations, attempts }: Decision,
): string[] {
  switch (kind) {
    case 'cache':
      return [obligations.cache?.mode ?? 'off'];
    case 'notify':
      return obligations.notify.map(({ channel }) => channel);
    default: {
      const key = ({ budget: 'budgets', limit: 'limits', guard: 'guards' } as const)[kind];
      const held: readonly { readonly name: string }[] = [
        ...obligations[key],
        ...attempts.flatMap((attempt): readonly { readonly name: string }[] => attempt[key]),
      ];
      return held.map(({ name }) => name);
    }
  }
}

function compareWritten(expected: CheckedExpectation & { kind: 'tag' | 'set' | 'cap' }, decision: Decision): Mismatch {
  const { obligations, attempts } = decision;
  const key = ({ tag: 'tags', set: 'set', cap: 'caps' } as const)[expected.kind];
  const places: Readonly<Record<string, Value>>[] =
    key === 'tags'
      ? [obligations.tags]
      : [{ ...obligations[key] }, ...attempts.map((attempt) => ({ ...attempt[key] }))];
  const values = places.flatMap((place) => place[expected.name] ?? []);
  const wanted = `${expected.kind} ${expected.name} = ${expected.value}`;
  if (values.some((value) => String(value) === String(expected.value))) return null;
  return {
    expected: wanted,
    actual:
      values.length === 0
        ? `no ${expected.kind} ${expected.name}`
        : `${expected.kind} ${expected.name} = ${values.join(', ')}`,
  };
}
