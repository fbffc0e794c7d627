import type { Request } from 'express';
import { z } from 'zod';
import { isCompiled } from '../../../compile/read-compiled.ts';
import { createSource } from '../../../diagnostics/source.ts';
import type { PushRequest } from '../../../gateway/administer-policies.ts';
import { contentShape, type PolicyContent } from '../../../gateway/policy-content.ts';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { parseJsonObject } from '../../../protocol/json.ts';
import { readPercent } from '../../../syntax/quantities.ts';
import { bringerShape, messageShape, readBody } from './answer.ts';

/** What goes with a policy: in the body beside its files, or in the query beside its text. */
const aboutShape = z.strictObject({
  by: bringerShape.optional(),
  message: messageShape.optional(),
  policy: z.string().optional(),
  shadow: z.string().optional(),
});

const layeredShape = z.strictObject({ ...contentShape.shape, ...aboutShape.shape });

/** How a text is called that is pushed alone. */
const loneName = 'policy.llmpolicy';

/** A text, a compiled policy, or `{ entry, files }`, told by how the body begins. Throws a `GatewayError` for what is none of them. */
export function readPush(body: unknown, query: Request['query']): PushRequest {
  const text = typeof body === 'string' ? body : '';
  const asked = readBody(aboutShape, query);
  if (text.trim() === '') throw new GatewayError('invalid_request', 'send the text of a policy');
  const { content, ...said } = readPolicyBody(text);
  const { by = 'admin', message = null, policy, shadow } = { ...said, ...asked };
  return { content, by, message, policy, share: shadow === undefined ? undefined : readShare(shadow) };
}

function readPolicyBody(text: string): z.output<typeof aboutShape> & { readonly content: PolicyContent } {
  if (!isCompiled(createSource(loneName, text))) return { content: { entry: loneName, files: { [loneName]: text } } };
  const json = parseJsonObject(text);
  if (json === undefined) throw new GatewayError('invalid_json', 'the body begins like JSON and is none');
  if ('format' in json) return { content: { entry: 'policy.json', files: { 'policy.json': text } } };
  const { entry, files, ...said } = readBody(layeredShape, json);
  if (Object.hasOwn(files, entry)) return { ...said, content: { entry, files } };
  throw new GatewayError('invalid_request', `\`${entry}\` is not among the files`, { param: 'entry' });
}

function readShare(written: string): number {
  const share = readPercent(written.replace(/%?$/, '%'));
  if (share !== undefined && share > 0 && share <= 10_000) return share;
  throw new GatewayError('invalid_request', 'the share of a shadow is a percentage: `10%`', { param: 'shadow' });
}
