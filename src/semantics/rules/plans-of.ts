import type { Destination, Item, Plan } from '../../syntax/ast.ts';

/** The plans that a rule writes. */
export function plansOf(item: Item): Plan[] {
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
