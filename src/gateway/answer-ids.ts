import { timingSafeEqual } from 'node:crypto';
import type { ModelConfig } from '../config/config.ts';
import type { ApiRequest, Continuation } from '../protocol/api-request.ts';
import { GatewayError } from '../protocol/gateway-error.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Provider, SealId } from '../providers/provider.ts';

/**
 * Callers go on from an answer only with the model and the key that made it, and only where they made it. Nothing is kept for that, so it
 * holds across restarts and replicas: the id that a caller is told holds the model, the key's id and the upstream's own id, signed
 * together with the caller's name by the key itself.
 */
export interface AnswerIds {
  sealFor(caller: string, model: string): SealId;
  /** The request with the answer that it goes on from, if it names one. Throws a `GatewayError` for an id that was not made for this caller. */
  open(request: ApiRequest, caller: string): ApiRequest;
}

const prefix = 'resp_';
type Sealed = readonly [model: string, keyId: string | null, id: string];

export function createAnswerIds(
  models: ReadonlyMap<string, Pick<ModelConfig, 'provider'>>,
  providers: ReadonlyMap<string, Provider>,
): AnswerIds {
  const sign = (caller: string, [model, keyId, id]: Sealed) => {
    const provider = providers.get(models.get(model)?.provider ?? '');
    return provider?.sign(keyId, JSON.stringify([caller, model, id]));
  };

  function read(sealed: string, caller: string): Continuation | undefined {
    const [payload = '', mark = ''] = sealed.slice(prefix.length).split('.');
    const content = readPayload(payload);
    const expected = content && sign(caller, content);
    if (!content || expected === undefined || !isSame(mark, expected)) return undefined;
    const [model, keyId, id] = content;
    return { model, keyId, id };
  }

  return {
    sealFor: (caller, model) => (id, keyId) => {
      const mark = sign(caller, [model, keyId, id]);
      // A key that went away in the meantime: nobody can go on from its answers.
      if (mark === undefined) return id;
      return `${prefix}${Buffer.from(JSON.stringify([model, keyId, id])).toString('base64url')}.${mark}`;
    },
    open(request, caller) {
      const sealed = surfaces[request.surface].continuedId?.(request.body);
      if (sealed === undefined) return request;
      const continues = read(sealed, caller);
      if (continues === undefined) throw unknownAnswer(sealed);
      return { ...request, continues };
    },
  };
}

function readPayload(payload: string): Sealed | undefined {
  try {
    const [model, keyId, id, ...rest]: unknown[] = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof model !== 'string' || typeof id !== 'string' || rest.length > 0) return undefined;
    return keyId === null || typeof keyId === 'string' ? [model, keyId, id] : undefined;
  } catch {
    return undefined;
  }
}

function isSame(mark: string, expected: string): boolean {
  const [given, wanted] = [Buffer.from(mark), Buffer.from(expected)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const longestShown = 80;

function unknownAnswer(id: string): GatewayError {
  const shown = id.length > longestShown ? `${id.slice(0, longestShown)}…` : id;
  return new GatewayError('invalid_request', `there is no answer \`${shown}\` that this key can go on from`, {
    param: 'previous_response_id',
    publicCode: 'previous_response_not_found',
  });
}
