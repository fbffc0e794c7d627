import { positionAt } from '../diagnostics/source.ts';
import type { Model } from '../semantics/environment.ts';
import type { Value } from '../semantics/types.ts';
import type { ConfigNode } from './config-node.ts';
import type { GuardConfig } from './guard-config.ts';
import { defaultAttributes } from './models.ts';

type Vocabulary = Parameters<typeof defaultAttributes>[0];

/** Nobody is paid by the token, and what is sent has no window: rules that ask for these find nothing to object to. */
const unbounded = Number.MAX_SAFE_INTEGER;
const ofNoModel: readonly (readonly [string, Value])[] = [
  ['price_in', 0],
  ['price_out', 0],
  ['context_window', unbounded],
  ['max_output', unbounded],
  ['provider', ''],
  ['up', true],
];

/**
 * The guard as `deny model` sees it, where it sends content to somebody who is no model of the catalogue; undefined where it does not. A
 * judge is a model, and what holds for that holds for it.
 */
export function contentReceiver(guard: GuardConfig, node: ConfigNode, vocabulary: Vocabulary): Model | undefined {
  if (guard.kind !== 'moderation' && guard.kind !== 'presidio' && guard.kind !== 'webhook') return undefined;
  const { name, region, fields } = guard;
  const attributes = new Map<string, Value>([
    ...defaultAttributes(vocabulary),
    ...ofNoModel,
    ['name', name],
    ['zero_retention', fields.zero_retention ?? false],
    ...(region === null ? [] : [['region', region] as const]),
  ]);
  const declaredAt = `${node.at.source.name}:${positionAt(node.at.source, node.at.start).line}`;
  return { name, provider: '', upstream: '', answersTo: [], attributes, endpoints: new Map(), declaredAt };
}
