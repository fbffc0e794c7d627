import { parseJsonObject } from '../../protocol/json.ts';
import { surfaces } from '../../protocol/surfaces.ts';
import { readCount } from '../../protocol/usage.ts';
import type { TokenCountCall } from '../provider.ts';
import { readStart } from '../upstream/body.ts';
import type { Deadline } from '../upstream/deadline.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Asks an upstream that counts at this path; undefined where it fails to. */
export async function countNative(
  path: string,
  upstream: Upstream,
  { upstream: model, request, headers }: TokenCountCall,
  deadline: Deadline,
): Promise<number | undefined> {
  const { native } = surfaces[request.surface];
  const reply = await upstream.send(
    {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json', ...native.headers, ...headers },
      body: JSON.stringify(native.rewriteBody(request, { model })),
      model,
      keyId: null,
    },
    deadline,
  );
  return reply.kind === 'failure'
    ? undefined
    : readCount(parseJsonObject(await readStart(reply.body))?.['input_tokens']);
}
