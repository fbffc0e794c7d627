import type { GatewayConfig } from '../config/config.ts';
import type { KeyAdministration } from './administer-keys.ts';
import type { RequestTools } from './exchange.ts';
import type { KeyRing } from './keys.ts';

/** What a config stands for, running: all but the policies. */
export interface Inventory {
  readonly config: GatewayConfig;
  readonly keys: KeyRing;
  readonly administration: KeyAdministration;
  /** Texts of the config that nobody may read back. */
  readonly secrets: readonly string[];
  readonly tools: Omit<RequestTools, 'policies'>;
  /** Lets copies of requests under way end, for so many milliseconds; further ones are not sent. */
  stopMirrors(graceMs: number): Promise<void>;
  /** Keeps what is still to be kept of its requests. */
  drain(): Promise<void>;
  /** The same, when no request will come any more; then gives up what is its own. */
  retire(): Promise<void>;
  readonly providers: SharedProviders;
}

/** The providers of an inventory, some of which others may use too. */
export interface SharedProviders {
  /** Ends calls in flight. */
  cutOff(): void;
  /** Gives up those that none of the others has: calls in flight end first. */
  close(others?: readonly SharedProviders[]): Promise<void>;
}

/** Everything that a request is served with. Never changed: a request takes one, and ends with what it took. */
export interface RunningSet {
  readonly inventory: Inventory;
  readonly tools: RequestTools;
}
