import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const rooms = ['cache', 'gateway', 'guards', 'http', 'providers'];

/** Inside another function: V8 gives each a map in old space, which keeps all that the request reached until the next full collection. */
const madeForEachCall = /^[ \t]+(?:async )?function\*|[=(:,] (?:async )?function\*/m;

it('no generator function is made for each request', () => {
  const found = rooms.flatMap((room) =>
    readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && madeForEachCall.test(readFileSync(`src/${room}/${file}`, 'utf8')))
      .map((file) => `${room}/${file}`),
  );
  expect(found).toEqual([]);
});
