import type { GatewayConfig } from '../config/config.ts';
import type { Facts } from '../decide/facts.ts';
import { createFactCollector } from '../gateway/collect-facts.ts';
import { type Caller, createKeyRing, holderOf } from '../gateway/keys.ts';
import type { ChatRequest } from '../protocol/chat-request.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { isJsonObject } from '../protocol/json.ts';
import { CommandError } from './exit.ts';

/** The facts that the gateway would read from a request: the same reader, given a file in place of a connection. */
export function factsOfRequest(
  config: GatewayConfig,
  body: unknown,
  headers: readonly string[],
  keyName: string | undefined,
): Facts {
  if (!isJsonObject(body) || typeof body['model'] !== 'string' || !Array.isArray(body['messages'])) {
    throw new CommandError('the request is not the body of a chat completion: it has no `model` or no `messages`');
  }
  const request = body as ChatRequest;
  const origin = { id: 'dry-run', headers: readHeaders(headers), request, caller: callerNamed(config, keyName) };
  try {
    return createFactCollector(config)(origin, new Set(['request.prompt']));
  } catch (error) {
    if (error instanceof GatewayError)
      throw new CommandError(`the gateway would refuse this request with ${error.status}: ${error.message}`);
    throw error;
  }
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

function callerNamed(config: GatewayConfig, name: string | undefined): Caller {
  if (name === undefined) return createKeyRing(config).identify(undefined);
  const key = config.keys.find((candidate) => candidate.name === name);
  if (key) return holderOf(key);
  const names = config.keys.map((candidate) => candidate.name).join(', ');
  throw new CommandError(`no key of the config is called \`${name}\`${names === '' ? '' : `; there are ${names}`}`);
}
