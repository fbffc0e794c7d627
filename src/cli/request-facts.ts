import type { GatewayConfig } from '../config/config.ts';
import type { FactKey, Facts } from '../decide/facts.ts';
import { textsOf } from '../gateway/body-facts.ts';
import { createFactCollector } from '../gateway/collect-facts.ts';
import { loadExactCount } from '../gateway/exact-tokens.ts';
import { anonymous, type Caller, holderOf } from '../gateway/keys.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { guessSurface } from '../protocol/guess-surface.ts';
import { surfaces } from '../protocol/surfaces.ts';
import { CommandError } from './exit.ts';

/** The facts that the gateway would read from a request: the same reader, given a file in place of a connection. */
export async function factsOfRequest(
  config: GatewayConfig,
  body: unknown,
  headers: readonly string[],
  keyName: string | undefined,
  required: readonly FactKey[],
): Promise<Facts> {
  const known = { id: 'dry-run', headers: readHeaders(headers), caller: callerNamed(config, keyName) };
  try {
    const request = guessSurface(body, known.headers['x-llmpolicy-endpoint']).readRequest(body);
    const textTokens = config.tokens === 'exact' ? await countedTexts(request) : undefined;
    return createFactCollector(config)({ ...known, request, textTokens }, new Set(required));
  } catch (error) {
    if (error instanceof GatewayError)
      throw new CommandError(`the gateway would refuse this request with ${error.status}: ${error.message}`);
    throw error;
  }
}

async function countedTexts({ surface, body }: ApiRequest): Promise<number> {
  const count = await loadExactCount();
  return count(textsOf(surfaces[surface].describeBody(body)));
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  const entries = lines.map((line) => {
    const [name, ...value] = line.split(':');
    if (name === undefined || value.length === 0)
      throw new CommandError(`\`${line}\` is not a header: write --header 'name: value'`);
    return [name.trim().toLowerCase(), value.join(':').trim()] as const;
  });
  return Object.fromEntries(entries);
}

/** The caller that a key of the config stands for; nobody without one. Ends the command where there is no such key. */
export function callerNamed(config: GatewayConfig, name: string | undefined): Caller {
  if (name === undefined) return anonymous;
  const key = config.keys.find((candidate) => candidate.name === name);
  if (key) return holderOf(key);
  const names = config.keys.map((candidate) => candidate.name).join(', ');
  throw new CommandError(`no key of the config is called \`${name}\`${names === '' ? '' : `; there are ${names}`}`);
}
