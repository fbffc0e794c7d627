import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Assert } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { listWords } from './describe.ts';
import type { CheckedAssert, Condition, RuleId } from './typed.ts';

/** Reads a promise and its types. That it holds is for the analyses to prove. */
export function checkAssert(context: Context, item: Assert, id: RuleId): CheckedAssert | undefined {
  const when = item.when && context.checkCondition(context, item.when);
  const inside = when ? { ...context, known: context.known.union(when.knownIfTrue) } : context;
  const claim = checkClaim(inside, item);
  if (!claim || (item.when && !when)) return undefined;
  const condition: Condition | null = when?.condition ?? null;
  return { id, span: item.span, mood: item.mood, claim, when: condition };
}

function checkClaim(context: Context, { claim }: Assert): CheckedAssert['claim'] | undefined {
  switch (claim.kind) {
    case 'reaches': {
      const checked = context.checkCondition({ ...context, modelAccess: 'all' }, claim.condition);
      return checked && { kind: 'reaches', condition: checked.condition };
    }
    case 'takes': {
      const { text, span } = claim.route;
      const routes = context.taken?.routes ?? [];
      if (routes.includes(text)) return { kind: 'takes', route: text };
      const near = suggest(text, routes);
      const mend = didYouMean(span, near, `they are ${listWords(routes)}`);
      return context.findings.error('unknown-name', span, `no route is called \`${text}\``, mend);
    }
    default:
      return claim;
  }
}
