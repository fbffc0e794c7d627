import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayConfig } from '../config/config.ts';

/** Shorter texts are parts of ordinary words: taken away, they would only show that they were there. */
const shortest = 8;

function isWorthHiding(text: string): boolean {
  return text.length >= shortest;
}

/** The texts of the config that nobody may read back, whoever sends them and wherever they come from. */
export function knownSecrets({
  auth,
  store,
  providers,
}: Pick<GatewayConfig, 'auth' | 'store' | 'providers'>): readonly string[] {
  const sources = [...providers.values()].flatMap(({ apiKeys, headers }) => [...apiKeys, ...Object.values(headers)]);
  const texts = sources.filter((source) => typeof source === 'string');
  return [auth.adminToken ?? '', store.token, ...texts].filter(isWorthHiding);
}

/** What a request shows as its key, be it one or not: the last word of `Authorization`, and `x-api-key`. */
export function shownSecrets(headers: IncomingHttpHeaders): readonly string[] {
  const { authorization = '', 'x-api-key': key } = headers;
  const shown = [authorization.slice(authorization.lastIndexOf(' ') + 1), typeof key === 'string' ? key : ''];
  return shown.filter(isWorthHiding);
}
