import type { ProviderConfig } from '../config/config.ts';

/** The health of one key of several: keys lead to accounts and deployments, of which one can be ill while the others are well. */
export interface KeyCircuit {
  /** Whether it is well, or this call may be the one that finds out. Each that may must be `ended`. */
  mayCall(): boolean;
  /** `failed`: null where the call says nothing of the key's health. */
  ended(failed: boolean | null, tookMs: number): void;
}

/** Undefined where the config keeps no circuits for a provider. */
export type KeyCircuitFor = (config: Pick<ProviderConfig, 'name' | 'circuit'>, keyId: string) => KeyCircuit | undefined;
