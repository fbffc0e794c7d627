import type { Outside, Place, Surroundings } from '../../src/guards/guard.ts';

export const output: Place = { point: 'output', role: 'assistant', form: 'text' };
export const input: Place = { point: 'input', role: 'user', form: 'text' };

/** A world in which nobody may be called, but for what the test gives. */
export function surroundings(outside: Partial<Outside> = {}): Surroundings {
  return {
    outside: {
      call: () => Promise.reject(new Error('nobody may be called')),
      ask: () => Promise.reject(new Error('nobody may be asked')),
      now: () => 1_700_000_000_000,
      ...outside,
    },
    signal: new AbortController().signal,
  };
}
