import type { Detector, Together } from './guard.ts';

/** A detector's two ways to inspect, where one text is asked about as one of several. */
export function askTogether(together: Together): Pick<Detector, 'inspect' | 'together'> {
  return {
    together,
    async inspect(text, place, surroundings) {
      if (text === '') return [];
      const [findings] = await together.inspect([{ text, place }], surroundings);
      if (findings === undefined) throw new Error('a detector did not answer');
      return findings;
    },
  };
}
