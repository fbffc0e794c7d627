import type { SignCall } from './cloud-identity.ts';
import type { KeyPool } from './key-pool.ts';

/** A header's value that is too short for a secret is none: replacing it in words would only garble them. */
const shortestSecret = 8;

/** What a provider shows to its upstream. */
export class Access {
  readonly keys: KeyPool;
  readonly sign: SignCall | null;
  #headers: Readonly<Record<string, string>> = {};
  #secretHeaders: readonly string[] = [];

  constructor(keys: KeyPool, headers: Readonly<Record<string, string>>, sign: SignCall | null) {
    this.keys = keys;
    this.sign = sign;
    this.replaceHeaders(headers);
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  /** What must never be shown, whoever repeats it. */
  get secrets(): readonly string[] {
    return this.#secretHeaders.length === 0 ? this.keys.secrets : [...this.keys.secrets, ...this.#secretHeaders];
  }

  replaceHeaders(headers: Readonly<Record<string, string>>): void {
    this.#headers = headers;
    this.#secretHeaders = Object.values(headers).filter(({ length }) => length >= shortestSecret);
  }
}
