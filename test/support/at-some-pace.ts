/** How long what is waited for may take, in milliseconds: the first is enough for a machine that has nothing else to do. */
const paces = [150, 1500, 15_000] as const;

/**
 * For what a time-out of the system under test must outlast, or must not: a machine that stands still for a moment spoils the first try and
 * not the slower ones, and what does not hold at all holds at no pace.
 */
export async function atSomePace(attempt: (paceMs: number) => Promise<void>): Promise<void> {
  for (const pace of paces) {
    try {
      return await attempt(pace);
    } catch (error) {
      if (pace === paces.at(-1)) throw error;
    }
  }
}
