import type { ApiRequest, SurfaceName } from './api-request.ts';
import type { BodyFacts } from './body-facts.ts';
import type { EmbeddingRequest, Embeddings } from './embedding.ts';
import type { GatewayError } from './gateway-error.ts';
import type { Generation, GenerationEvent, GenerationHead } from './generation.ts';
import type { GenerationRequest } from './generation-request.ts';
import type { JsonObject } from './json.ts';
import type { Parameters } from './parameters.ts';
import type { SurfaceTexts } from './texts/stream-texts.ts';
import type { Usage } from './usage.ts';

/** One API that callers speak: everything that depends on its shape, and nothing that depends on who answers. */
export interface Surface {
  readonly name: SurfaceName;
  /** The path under which official clients look for it. */
  readonly path: string;
  /** The body as a request; throws a `GatewayError` that names the field that is wrong. */
  readRequest(body: unknown): ApiRequest;
  describeBody(body: JsonObject): BodyFacts;
  /** Where a body says what is a fact as it stands: attribute and dotted path, in the order in which they count. */
  readonly statedFacts: readonly (readonly [attribute: string, path: string])[];
  readonly parameters: Parameters;
  readonly texts: SurfaceTexts;
  readonly errors: ErrorShape;
  /** The id of the answer that a body goes on from. Absent where an API has no such thing. */
  continuedId?(body: JsonObject): string | undefined;
  /** Headers of the caller's that only upstreams of the same API understand, by lower-case name. */
  readonly ownHeaders: readonly string[];
  readonly native: NativeDialect;
  readonly translation: Translation;
}

/** How an API says that something went wrong. */
export interface ErrorShape {
  /** Rules and removed models only where `showDebug`. */
  render(error: GatewayError, showDebug: boolean): JsonObject;
  /** The same as an event of a stream that had begun. */
  event(error: GatewayError): string;
}

/** What a plan changes in a body that is otherwise passed on as it is. */
export interface BodyChanges {
  /** The provider's own name of the model. */
  readonly model: string;
  /** In place of the caller's own id of the answer that it goes on from. */
  readonly continues?: string;
}

/** How an API's own bytes are read, where they are passed through. */
export interface NativeDialect {
  /** What calls must say beside their body. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whatever else the body holds is kept. */
  rewriteBody(request: ApiRequest, changes: BodyChanges): JsonObject;
  /** What a whole answer must have to be one, or undefined where it has it. */
  missingIn(answer: JsonObject): string | undefined;
  readUsage(answer: JsonObject): Usage | undefined;
  readonly stream: StreamGrammar;
  /** The caller did not ask for the event that only tells the usage, so it is not shown one. */
  hidesUsage(request: ApiRequest): boolean;
  /** The id of the answer, where a later request can go on from it. */
  continuableId?(answer: JsonObject): string | undefined;
}

export interface StreamGrammar {
  /** Nothing follows an event that ends so. Upstreams that write it otherwise are told by the end of their stream. */
  readonly endMark: string;
  /** The event comes before anything of the answer: until something else has come, another model can still be asked. */
  isPreamble(event: JsonObject): boolean;
  /** The object that says what went wrong, in an event that says so. */
  errorIn(event: JsonObject): JsonObject | undefined;
  /** The event says that the answer is complete. */
  isFinish(event: JsonObject): boolean;
  /** `first` is the stream's first event; `events` are its last, the last one first. */
  readUsage(first: JsonObject | undefined, events: readonly JsonObject[]): Usage | undefined;
}

/** How an API is carried over to providers that do not speak it. */
export type Translation =
  | {
      readonly kind: 'generation';
      /** What the ids of answers begin with. */
      readonly idPrefix: string;
      /** Throws a `GatewayError` for what it cannot say in our words. */
      parse(body: JsonObject): GenerationRequest;
      render(answer: Generation, request: ApiRequest): JsonObject;
      openStream(head: GenerationHead, request: ApiRequest): StreamWriter;
    }
  | {
      readonly kind: 'embedding';
      parse(body: JsonObject): EmbeddingRequest;
      render(answer: Embeddings, request: ApiRequest): JsonObject;
    };

/** Writes one stream in the events of an API. */
export interface StreamWriter {
  /** Server-sent events, or nothing, for a step of the answer. */
  write(event: GenerationEvent): string;
}
