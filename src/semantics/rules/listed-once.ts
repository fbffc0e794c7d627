import { warningAt } from '../../diagnostics/report.ts';
import type { Destination, Expression, Item, Plan } from '../../syntax/ast.ts';
import { bareWord, type Context } from '../context.ts';
import type { LintedFile } from './linted-file.ts';

/** A plan names each model once: a second time it is left out. */
export function listedOnce(files: readonly LintedFile[]): void {
  for (const { context, file } of files)
    for (const item of file.items) for (const plan of plansOf(item)) checkPlan(context, plan);
}

function plansOf(item: Item): Plan[] {
  if (item.kind === 'limit') return item.otherwise ? [item.otherwise] : [];
  if (item.kind === 'budget')
    return item.thresholds.flatMap(({ effect }) => (effect.kind === 'notify' ? [] : [effect]));
  if (item.kind !== 'routes') return [];
  const destinations: Destination[] = item.choices.flatMap((choice) =>
    choice.kind === 'route'
      ? [choice.destination]
      : [...choice.branches, choice.otherwise].map(({ destination }) => destination),
  );
  return [...destinations, item.otherwise].map(({ plan }) => plan);
}

function checkPlan(context: Context, plan: Plan): void {
  if (plan.kind !== 'use') return;
  const seen = new Map<number, Expression>();
  for (const named of plan.picks.flatMap(({ target }) =>
    target.kind === 'set-literal' ? target.elements : [target],
  )) {
    const index = modelOf(context, named);
    if (index === undefined) continue;
    const first = seen.get(index);
    if (first) {
      context.findings.add(
        warningAt('listed-twice', named.span, 'this plan names the model already, and tries it once', {
          help: 'delete it here; a model is tried again by `retry`',
          secondary: [{ span: first.span, message: 'here' }],
        }),
      );
    }
    seen.set(index, first ?? named);
  }
}

function modelOf({ modelIndex }: Context, expression: Expression): number | undefined {
  const name = expression.kind === 'model' ? expression.text : bareWord(expression);
  const found = name === undefined ? undefined : modelIndex.get(name);
  return found?.length === 1 ? found[0] : undefined;
}
