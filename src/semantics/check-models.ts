import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Expression } from '../syntax/ast.ts';
import { evaluateForModel } from './catalogue-condition.ts';
import { bareWord, type Context, followLet } from './context.ts';

/** The models that an expression names, as indices in written order without repetition; `requested` is not fixed. */
export type ModelChoice = readonly number[] | 'requested';

/** Whether an expression, lets followed, speaks of models and not of values. */
export function namesModels(context: Context, expression: Expression): boolean {
  const followed = followLet(context, expression);
  const inner = followed.expression;
  if (inner.kind === 'models-where' || inner.kind === 'model') return true;
  const word = bareWord(inner);
  if (word !== undefined) return word === 'requested' || context.modelIndex.has(word);
  const [first] = inner.kind === 'set-literal' ? inner.elements : [];
  return first !== undefined && namesModels(followed.context, first);
}

/** Reads a model, a set of models, a `let` of either, `models where (…)` or `requested`. */
export function checkModels(context: Context, expression: Expression): ModelChoice | undefined {
  const followed = followLet(context, expression);
  const inner = followed.expression;
  switch (inner.kind) {
    case 'invalid':
      return undefined;
    case 'set-literal':
      return checkSet(followed.context, inner.elements);
    case 'models-where':
      return checkWhere(followed.context, inner.condition);
    case 'model':
      return oneModel(followed.context, inner, inner.text);
    default: {
      const word = bareWord(inner);
      if (word === 'requested') return 'requested';
      if (word !== undefined) return oneModel(followed.context, inner, word);
      return context.findings.error('not-a-model', inner.span, 'a model or a set of models is wanted here', {
        help: 'name a model of the catalogue, a set such as `{ a, b }`, `models where (…)` or `requested`',
      });
    }
  }
}

function checkSet(context: Context, elements: readonly Expression[]): ModelChoice | undefined {
  const all = elements.map((element) => {
    const models = checkModels(context, element);
    if (models !== 'requested') return models;
    return context.findings.error('not-a-model', element.span, '`requested` is a set of its own', {
      help: 'write it as a pick: `use requested then …`',
    });
  });
  if (all.some((models) => models === undefined)) return undefined;
  return [...new Set(all.flatMap((models) => models ?? []))];
}

function checkWhere(context: Context, condition: Expression): ModelChoice | undefined {
  const checked = context.checkCondition(
    { ...context, modelAccess: 'catalogue', speaksOfReceivers: false, known: new Set() },
    condition,
  );
  if (!checked) return undefined;
  return context.environment.models.flatMap((model, index) =>
    evaluateForModel(checked.condition, index, model) ? [index] : [],
  );
}

function oneModel(context: Context, expression: Expression, name: string): ModelChoice | undefined {
  const found = context.modelIndex.get(name) ?? [];
  if (found.length === 1) return found;
  if (found.length > 1) {
    const models = found.map((index) => `\`${context.environment.models[index]?.name}\``).join(', ');
    return context.findings.error('ambiguous-model', expression.span, `\`${name}\` is configured more than once`, {
      help: `name one of ${models}`,
    });
  }
  const near = suggest(name, [...context.modelIndex.keys(), ...context.lets.keys()]);
  const mend = didYouMean(expression.span, near, 'declare it under `models:` in gateway.config.yaml');
  return context.findings.error('unknown-model', expression.span, `no model or \`let\` is called \`${name}\``, mend);
}
