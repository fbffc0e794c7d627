import { BodyFingerprints, fingerprint, inOrder } from '../cache/canonical-request.ts';
import { aroundQuestion, type LastQuestion } from '../cache/last-question.ts';
import type { Decision, PlannedAttempt } from '../decide/decision.ts';
import type { ApiRequest } from '../protocol/api-request.ts';
import { surfaces } from '../protocol/surfaces.ts';
import type { Provider } from '../providers/provider.ts';
import { plannedRequest } from './planned-request.ts';

/** Of what is kept: another form is another number, and nobody finds the old ones. */
const form = 1;

export interface Fingerprinted {
  readonly request: ApiRequest;
  /** Those of the caller's that go on. */
  readonly headers: Readonly<Record<string, string>>;
  readonly decision: Decision;
  readonly providers: ReadonlyMap<string, Pick<Provider, 'knowsOneLimit' | 'outputLimit'>>;
}

/** What one request is known by: as it was asked, and as each model of its plan is sent it. Undefined where it has no canonical form. */
export class RequestFingerprints {
  readonly #of: Fingerprinted;
  readonly #bodies = new BodyFingerprints();

  constructor(of: Fingerprinted) {
    this.#of = of;
  }

  /** Everything that was asked, and what the policy writes into it. */
  get key(): string | undefined {
    return this.#asked(this.#of.request, null);
  }

  /** The same without the question. */
  frame(question: LastQuestion): string | undefined {
    return this.#asked(this.#around(question), question.path);
  }

  /** What this model would be sent. */
  sent(planned: PlannedAttempt): string | undefined {
    return this.#planned(this.#of.request, planned);
  }

  /** The same without the question. */
  sentAround(planned: PlannedAttempt, question: LastQuestion): string | undefined {
    return this.#planned(this.#around(question), planned);
  }

  #asked(request: ApiRequest, path: LastQuestion['path'] | null): string | undefined {
    const { headers, decision } = this.#of;
    const { surface } = request;
    const own = surfaces[surface].ownHeaders.map((name) => headers[name] ?? null);
    const { set, caps } = decision.obligations;
    const body = this.#bodies.of(request);
    return body && fingerprint([form, surface, own, inOrder(set), caps.output ?? null, path, body]);
  }

  #planned(request: ApiRequest, planned: PlannedAttempt): string | undefined {
    const { decision, providers } = this.#of;
    const { provider, upstream } = planned;
    const sent = plannedRequest(request, decision, planned, providers.get(provider) ?? {});
    const body = this.#bodies.of(sent);
    return body && fingerprint([form, provider, upstream, body]);
  }

  #around(question: LastQuestion): ApiRequest {
    const { request } = this.#of;
    return { ...request, body: aroundQuestion(request.body, question) };
  }
}
