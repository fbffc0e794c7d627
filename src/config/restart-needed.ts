import type { GatewayConfig } from './config.ts';
import { isLoopback } from './is-loopback.ts';

/** Parts of a config that a running gateway keeps: where it listens, where it counts and keeps, and how much of answers. */
const lasting = ['server', 'store', 'ledger', 'cache'] as const;

/** The keys that another config writes otherwise, and that hold only after a restart. */
export function restartNeeded(running: GatewayConfig, next: GatewayConfig): readonly string[] {
  const kept = (config: GatewayConfig) => ({ ...config, cache: config.cache.bounds });
  const [now, wanted] = [kept(running), kept(next)];
  return lasting.filter((key) => JSON.stringify(now[key]) !== JSON.stringify(wanted[key]));
}

/** The other config, with what a running gateway keeps as it is. */
export function withoutRestart(running: GatewayConfig, next: GatewayConfig): GatewayConfig {
  const { server, store, ledger } = running;
  return { ...next, server, store, ledger, cache: { ...next.cache, bounds: running.cache.bounds } };
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
