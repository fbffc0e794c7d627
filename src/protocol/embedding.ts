import type { Usage } from './usage.ts';

/** A request for the places of texts in a space of meaning. */
export interface EmbeddingRequest {
  readonly texts: readonly string[];
  readonly dimensions?: number;
  readonly encoding: 'float' | 'base64';
}

export interface Embeddings {
  readonly model: string;
  /** One per text, in the same order. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage | undefined;
}
