import type { GatewayConfig } from '../config/config.ts';
import type { KeyAdministration } from './administer-keys.ts';
import type { RequestTools } from './handle-request.ts';
import type { KeyRing } from './keys.ts';

/** What a config stands for, running: all but the policies. */
export interface Inventory {
  readonly config: GatewayConfig;
  readonly keys: KeyRing;
  readonly administration: KeyAdministration;
  /** Texts of the config that nobody may read back. */
  readonly secrets: readonly string[];
  readonly tools: Omit<RequestTools, 'policies'>;
  /** Keeps what is still to be kept of its requests. */
  drain(): Promise<void>;
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
