import { describe, expect, it } from 'vitest';
import { restartNeeded, withoutRestart } from '../../src/config/restart-needed.ts';
import { configOf, sandboxInventory } from '../gateway/sample-config.ts';

const withCache = (cache: string) => configOf(`${sandboxInventory}\ncache: ${cache}`);

describe('another config for a running gateway', () => {
  it('needs a restart for what the store keeps of answers, and keeps that as it is', () => {
    const [running, next] = [withCache('{ entries: 5 }'), withCache('{ entries: 6, max_answer: 2kB }')];
    expect(restartNeeded(running, next)).toEqual(['cache']);
    expect(withoutRestart(running, next).cache).toEqual({ ...next.cache, bounds: running.cache.bounds });
  });

  it('needs none for how large an answer may be that is kept', () => {
    expect(restartNeeded(withCache('{ max_answer: 1kB }'), withCache('{ max_answer: 2kB }'))).toEqual([]);
  });
});
