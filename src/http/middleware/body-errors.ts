import { GatewayError } from '../../protocol/gateway-error.ts';

export const tooLarge = (): GatewayError =>
  new GatewayError('request_too_large', 'the body is larger than this gateway takes');

export const notJson = (): GatewayError => new GatewayError('invalid_json', 'the body is not JSON');

export const unreadable = (): GatewayError => new GatewayError('invalid_request', 'the request could not be read');

/** The types of error that Express's body reader throws, as the gateway says them. */
const bodyErrors: ReadonlyMap<string, () => GatewayError> = new Map([
  ['entity.too.large', tooLarge],
  ['entity.parse.failed', notJson],
  ['encoding.unsupported', () => new GatewayError('unsupported_encoding', 'the body has an unknown content-encoding')],
  ['charset.unsupported', () => new GatewayError('unsupported_encoding', 'the body has an unknown charset: use UTF-8')],
]);

/** What Express says of a request that it cannot read; undefined for what is not its caller's fault. */
export function requestError(thrown: unknown): GatewayError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const known = 'type' in thrown ? bodyErrors.get(String(thrown.type)) : undefined;
  if (known !== undefined) return known();
  // It marks what a caller sent wrong (a broken path or length, an upload cut off) with a status.
  const status = 'status' in thrown ? Number(thrown.status) : 0;
  return status >= 400 && status < 500 ? unreadable() : undefined;
}
