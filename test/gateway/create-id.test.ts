import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createId } from '../../src/gateway/create-id.ts';

test('ids are UUIDs of version 7 that stand in the order of their time, and no two are the same', () => {
  const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(instant, instant, (one, other) => {
      const [first, second] = [createId(Math.min(one, other)), createId(Math.max(one, other))];
      expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(first).not.toBe(second);
      if (one !== other) expect(first < second).toBe(true);
    }),
  );
});
