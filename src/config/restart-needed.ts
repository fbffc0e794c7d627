import type { GatewayConfig } from './config.ts';
import { isLoopback } from './is-loopback.ts';

/** Parts of a config that a running gateway keeps: where it listens, and where it counts and keeps. */
const lasting = ['server', 'store', 'ledger'] as const;

/** The keys that another config writes otherwise, and that hold only after a restart. */
export function restartNeeded(running: GatewayConfig, next: GatewayConfig): readonly string[] {
  return lasting.filter((key) => JSON.stringify(running[key]) !== JSON.stringify(next[key]));
}

/** The other config, with what a running gateway keeps as it is. */
export function withoutRestart(running: GatewayConfig, next: GatewayConfig): GatewayConfig {
  const { server, store, ledger } = running;
  return { ...next, server, store, ledger };
}

/** Why a running gateway cannot take the other config up at all; undefined where it can. */
export function whyOnlyRestart(running: GatewayConfig, next: GatewayConfig): string | undefined {
  const [now, wanted] = [running.environment.currency, next.environment.currency];
  if (now !== wanted) return `amounts are counted in ${now}: another \`currency\` needs a restart`;
  const { host } = running.server;
  if (!next.auth.required && !isLoopback(host)) {
    return `the gateway listens on ${host}: without \`auth.required\` everybody there could call it`;
  }
  return undefined;
}
