import { expect, it } from 'vitest';
import { compareDecisions } from '../../src/gateway/compare-decisions.ts';
import { decideRules } from '../support/acme.ts';

const route = 'routes { otherwise use haiku then opus }';

it.each([
  ['nothing, whatever its text is called', route, `let a = { haiku }\n${route}`, []],
  [
    'how much of a budget is used',
    `${route}\nbudget b $5 per month`,
    `${route}\nbudget b $5 per month\nlet a = { opus }`,
    [],
  ],
  [
    'a refusal',
    route,
    `${route}\ndeny request when caller.tier == free`,
    ['outcome', 'route', 'first model', 'attempts'],
  ],
  ['the status of a refusal', 'routes { otherwise reject 404 }', 'routes { otherwise reject 410 }', ['outcome']],
  [
    'a route to the same model',
    route,
    `routes { route a when caller.tier == free use haiku then opus\notherwise use haiku }`,
    ['route'],
  ],
  ['who is first', route, 'routes { otherwise use opus then haiku }', ['first model', 'attempts']],
  ['what comes after', route, 'routes { otherwise use haiku }', ['attempts']],
  ['how long it may take', route, 'routes { otherwise use haiku timeout 1m then opus timeout 1m }', ['attempts']],
  ['what is owed', route, `${route}\ncap output 100 tok`, ['obligations']],
] as const)('two decisions differ in %s', (_what, one, other, kinds) => {
  const decisions = [one, other].map((rules, index) =>
    decideRules(rules, { 'caller.tier': 'free', ...(rules.includes('budget b') && { 'budget.b.used': `${index}%` }) }),
  );
  const [first, second] = decisions;
  if (!first || !second) throw new Error('no decisions');
  const found = compareDecisions(first, second);
  expect(found).toEqual(kinds);
  expect(compareDecisions(second, first)).toEqual(kinds);
});
