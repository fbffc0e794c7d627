import type { SurfaceName } from '../../src/protocol/api-request.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';
import type { UpstreamCall } from '../../src/providers/provider.ts';

interface CallParts extends Partial<Omit<UpstreamCall, 'request'>> {
  readonly surface?: SurfaceName;
}

const hello = { model: 'public-name', messages: [{ role: 'user', content: 'hello there' }] };

/** A call as the gateway makes it, of a body with the parts that a test is about. */
export function upstreamCall(body: JsonObject = {}, { surface = 'chat', ...parts }: CallParts = {}): UpstreamCall {
  return {
    upstream: 'upstream-name',
    request: surfaces[surface].readRequest({ ...hello, ...body }),
    headers: {},
    timeoutMs: null,
    leftMs: null,
    firstTokenTimeoutMs: null,
    sealId: (id) => id,
    ...parts,
  };
}
