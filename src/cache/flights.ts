/** What a request that asks what others are asking at this moment may do. */
export type Boarding<Landed> =
  /** It is the first: it says what came of it, undefined where that is nobody else's. */
  | { readonly kind: 'lead'; readonly land: (landed: Landed | undefined) => void }
  /** Another one has begun; resolves when that has ended. */
  | { readonly kind: 'follow'; readonly landed: Promise<Landed | undefined> }
  /** There are too many already: it goes by itself. */
  | { readonly kind: 'alone' };

interface Flight<Landed> {
  readonly landed: Promise<Landed | undefined>;
  followers: number;
}

const mostFlights = 10_000;
const mostFollowers = 1_000;

/** Requests that are under way, so that those who ask the same wait for one answer. */
export class Flights<Landed> {
  readonly #flights = new Map<string, Flight<Landed>>();
  readonly #mostFlights: number;
  readonly #mostFollowers: number;

  /** @param flights at once @param followers of each */
  constructor(flights = mostFlights, followers = mostFollowers) {
    this.#mostFlights = flights;
    this.#mostFollowers = followers;
  }

  board(id: string): Boarding<Landed> {
    const flight = this.#flights.get(id);
    if (flight === undefined) return this.#lead(id);
    if (flight.followers >= this.#mostFollowers) return { kind: 'alone' };
    flight.followers += 1;
    return { kind: 'follow', landed: flight.landed };
  }

  #lead(id: string): Boarding<Landed> {
    if (this.#flights.size >= this.#mostFlights) return { kind: 'alone' };
    const { promise, resolve } = Promise.withResolvers<Landed | undefined>();
    this.#flights.set(id, { landed: promise, followers: 0 });
    let isOver = false;
    const land = (landed: Landed | undefined) => {
      if (isOver) return;
      isOver = true;
      this.#flights.delete(id);
      resolve(landed);
    };
    return { kind: 'lead', land };
  }
}
