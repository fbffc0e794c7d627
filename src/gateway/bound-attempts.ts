/** Counts what goes wrong, by where it comes from. */
export interface AttemptBound {
  /** Milliseconds until the next attempt from there is heard; 0 for at once. */
  waitFor(address: string): number;
  failed(address: string): void;
}

/** So many may fail at once, and one more each six seconds. */
const burst = 10;
const refillMs = 6000;
/** Of addresses, the longest silent is forgotten first. */
const mostAddresses = 10_000;

/**
 * Bounds wrong attempts by address, and together all of one IPv6 network.
 * @param now milliseconds that never run backwards
 */
export function boundAttempts(now: () => number): AttemptBound {
  /** When each address would have all its attempts again. */
  const fullAt = new Map<string, number>();
  const debtOf = (place: string) => Math.max(0, (fullAt.get(place) ?? 0) - now());
  return {
    waitFor: (address) => Math.max(0, debtOf(placeOf(address)) - (burst - 1) * refillMs),
    failed(address) {
      const place = placeOf(address);
      const debt = debtOf(place) + refillMs;
      fullAt.delete(place);
      const [oldest] = fullAt.keys();
      if (fullAt.size >= mostAddresses && oldest !== undefined) fullAt.delete(oldest);
      fullAt.set(place, now() + debt);
    },
  };
}

/** One who has an IPv6 network has all addresses of its last 64 bits. */
function placeOf(address: string): string {
  const isNetwork = address.includes(':') && !address.startsWith('::ffff:');
  return isNetwork ? address.split(':').slice(0, 4).join(':') : address;
}
