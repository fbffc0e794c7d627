import { warningAt } from '../../diagnostics/report.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Expression, Plan } from '../../syntax/ast.ts';
import { bareWord, type Context } from '../context.ts';
import type { LintedFile } from './linted-file.ts';
import { plansOf } from './plans-of.ts';

/** A plan names each model once, and a set each element: a second time it is left out. */
export function listedOnce(files: readonly LintedFile[]): void {
  for (const { context, file, expressions } of files) {
    for (const plan of file.items.flatMap(plansOf)) checkPlan(context, plan);
    for (const expression of expressions) if (expression.kind === 'set-literal') checkSet(context, expression.elements);
  }
}

/** Findings keep one of a code at a place, so a set within a plan is reported as the plan. */
function checkPlan(context: Context, plan: Plan): void {
  if (plan.kind !== 'use') return;
  const named = plan.picks.flatMap(({ target }) => (target.kind === 'set-literal' ? target.elements : [target]));
  for (const [first, again] of repetitions(named, (expression) => modelOf(context, expression))) {
    report(context, first, again, 'this plan names the model already, and tries it once', {
      help: 'delete it here; a model is tried again by `retry`',
    });
  }
}

function checkSet(context: Context, elements: readonly Expression[]): void {
  for (const [first, again] of repetitions(elements, (element) => modelOf(context, element) ?? constantOf(element))) {
    const before = again.source.text.slice(0, again.start);
    const start = before.length - (/,\s*$/.exec(before)?.[0].length ?? 0);
    report(context, first, again, 'this set holds it already', {
      help: 'delete it',
      fix: [{ span: { ...again, start }, newText: '' }],
    });
  }
}

function report(
  context: Context,
  first: Span,
  again: Span,
  message: string,
  details: NonNullable<Parameters<typeof warningAt>[3]>,
): void {
  const secondary = [{ span: first, message: 'named first here' }];
  context.findings.add(warningAt('listed-twice', again, message, { ...details, secondary }));
}

/** Places of the same thing: the first, and each later one. */
function repetitions(
  elements: readonly Expression[],
  identify: (element: Expression) => string | number | undefined,
): [first: Span, again: Span][] {
  const seen = new Map<string | number, Span>();
  return elements.flatMap((element): [Span, Span][] => {
    const identity = identify(element);
    if (identity === undefined) return [];
    const first = seen.get(identity);
    seen.set(identity, first ?? element.span);
    return first ? [[first, element.span]] : [];
  });
}

function modelOf({ modelIndex }: Context, expression: Expression): number | undefined {
  const name = expression.kind === 'model' ? expression.text : bareWord(expression);
  const found = name === undefined ? undefined : modelIndex.get(name);
  return found?.length === 1 ? found[0] : undefined;
}

function constantOf(element: Expression): string | undefined {
  if (element.kind === 'literal') return JSON.stringify([element.type, element.value]);
  return bareWord(element);
}
