import { randomUUID } from 'node:crypto';
import type { ProviderConfig } from '../../config/config.ts';
import type { GenerationHead } from '../../protocol/generation.ts';
import type { Surface, Translation } from '../../protocol/surface.ts';
import { surfaces } from '../../protocol/surfaces.ts';
import type { UpstreamAnswer } from '../../protocol/upstream-answer.ts';
import type { UpstreamCall } from '../provider.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { wordsOnly } from '../upstream/failure.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { wholeAnswer } from '../upstream/whole-answer.ts';
import { streamTranslated } from './answer-stream.ts';
import { writeCallOptions } from './call-options.ts';
import { embedTexts } from './embed-texts.ts';
import { translationFailure } from './failure.ts';
import { lostHeader } from './lost-header.ts';
import { mendingFetch } from './mending-fetch.ts';
import { readAnswer } from './read-answer.ts';
import type { Target } from './target.ts';
import { loadTarget } from './targets.ts';

/** An upstream that speaks another API than the caller: requests and answers go through our own words. */
export function createTranslated(config: ProviderConfig) {
  /** The vendor's package is loaded when it is first needed. */
  let loaded: Promise<Target> | undefined;

  return async function callTranslated(
    upstream: Upstream,
    call: UpstreamCall,
    deadline: Deadline,
  ): Promise<UpstreamAnswer> {
    try {
      loaded ??= loadTarget(config, upstream.baseUrl);
      return await translate(await loaded, upstream, call, deadline);
    } catch (error) {
      return translationFailure(error, deadline, upstream.secrets);
    }
  };
}

async function translate(
  target: Target,
  upstream: Upstream,
  call: UpstreamCall,
  deadline: Deadline,
): Promise<UpstreamAnswer> {
  const surface = surfaces[call.request.surface];
  const { translation } = surface;
  const fetch = upstream.fetch({ model: call.upstream, keyId: null, stream: call.request.stream });
  const options = { headers: foreignHeaders(call, surface), abortSignal: deadline.signal };
  if (translation.kind === 'embedding') {
    const model = target.embeddingModel?.(call.upstream, fetch);
    if (model === undefined) return wordsOnly('bad_request', 'this provider has no embeddings');
    const embeddings = await embedTexts(model, translation.parse(call.request.body), options);
    return wholeAnswer(translation.render(embeddings, call.request), embeddings.usage, lostHeader(call.request, []));
  }
  return generate(target, translation, call, fetch, options, deadline, upstream.secrets);
}

async function generate(
  target: Target,
  translation: Extract<Translation, { kind: 'generation' }>,
  call: UpstreamCall,
  fetch: typeof globalThis.fetch,
  options: { readonly headers: Record<string, string>; readonly abortSignal: AbortSignal },
  deadline: Deadline,
  secrets: readonly string[],
): Promise<UpstreamAnswer> {
  const { request, upstream } = call;
  const asked = translation.parse(request.body);
  const model = target.languageModel(upstream, mendingFetch(fetch, target, asked), asked);
  const callOptions = { ...writeCallOptions(asked, target), ...options };
  const head = newHead(translation.idPrefix, upstream);
  if (!request.stream) {
    const result = await model.doGenerate(callOptions);
    const answer = readAnswer(result, head);
    return wholeAnswer(translation.render(answer, request), answer.usage, lostHeader(request, result.warnings));
  }
  const { stream } = await model.doStream(callOptions);
  return streamTranslated(stream, request, translation.openStream(head, request), deadline, secrets);
}

function newHead(prefix: string, model: string): GenerationHead {
  return { id: `${prefix}${randomUUID().replaceAll('-', '')}`, model, created: Math.floor(Date.now() / 1000) };
}

/** The caller's headers without those that only the caller's own API understands. */
function foreignHeaders({ headers }: UpstreamCall, { ownHeaders }: Surface): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.includes(name)));
}
