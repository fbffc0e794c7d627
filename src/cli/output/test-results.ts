import type { TestResult } from '../../decide/run-test.ts';
import { positionAt } from '../../diagnostics/source.ts';
import type { Span } from '../../diagnostics/span.ts';
import { resultColours } from './colours.ts';
import { renderDecision } from './decision.ts';

/** The tests of one policy. */
export interface PolicyResults {
  readonly file: string;
  readonly policy: string;
  readonly results: readonly TestResult[];
  /** Rules that no test brought to bear, where coverage was asked for. */
  readonly uncovered: readonly string[] | null;
}

export function renderResults(all: readonly PolicyResults[]): string {
  const blocks = all.flatMap(({ file, results, uncovered }) => [
    `${resultColours.bold(file)}`,
    ...results.map(renderResult),
    ...(uncovered === null ? [] : [renderCoverage(uncovered)]),
  ]);
  return [...blocks, '', renderCount(all)].join('\n');
}

function renderResult({ test, failures, decision }: TestResult): string {
  if (failures.length === 0) return `  ${resultColours.green('✓')} ${test.title}`;
  const lines = failures.flatMap(({ span, expected, actual }) => [
    `      ${resultColours.dim(placeOf(span))}`,
    `      expected ${expected}`,
    `      actual   ${resultColours.red(actual)}`,
  ]);
  const explained = renderDecision(decision)
    .split('\n')
    .map((line) => (line === '' ? '' : `      ${line}`));
  return [`  ${resultColours.red('✗')} ${test.title}`, ...lines, '', ...explained, ''].join('\n');
}

function renderCoverage(uncovered: readonly string[]): string {
  if (uncovered.length === 0) return `  every rule, route and branch came to bear in some test`;
  return `  ${resultColours.yellow('never came to bear:')} ${uncovered.join(', ')}`;
}

function renderCount(all: readonly PolicyResults[]): string {
  const results = all.flatMap((policy) => policy.results);
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return `${results.length - failed} passed, ${failed} failed`;
}

export function placeOf({ source, start }: Span): string {
  const { line, column } = positionAt(source, start);
  return `${source.name}:${line}:${column}`;
}

/** As `--format json` prints them. */
export function resultsJson(all: readonly PolicyResults[]) {
  return all.map(({ file, policy, results, uncovered }) => ({
    file,
    policy,
    tests: results.map(({ test, failures, decision }) => ({
      title: test.title,
      at: placeOf(test.span),
      passed: failures.length === 0,
      failures: failures.map(({ span, expected, actual }) => ({ at: placeOf(span), expected, actual })),
      ...(failures.length > 0 && { decision }),
    })),
    ...(uncovered !== null && { uncovered }),
  }));
}
