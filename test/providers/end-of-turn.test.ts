import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { endOfTurn } from '../../src/providers/end-of-turn.ts';

it('lets all that wait in one turn go on together, step by step', async () => {
  const steps: string[] = [];
  const walk = async (name: string) => {
    await endOfTurn();
    steps.push(`${name} begins`);
    await undefined;
    steps.push(`${name} goes on`);
  };
  await Promise.all([walk('one'), Promise.resolve().then(() => walk('other'))]);
  expect(steps).toEqual(['one begins', 'other begins', 'one goes on', 'other goes on']);
});

it('is over at once where nothing else comes, and begins anew in the next turn', async () => {
  const first = endOfTurn();
  await Promise.race([first, setImmediate().then(() => expect.fail('a turn later'))]);
  expect(endOfTurn()).not.toBe(first);
});
