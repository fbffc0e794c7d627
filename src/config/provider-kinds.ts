/** What is the same for every provider of a kind. */
export interface KindFacts {
  /** Where the vendor's own SDK sends calls; null where only the config can say. */
  readonly baseUrl: string | null;
  /** The header in which a key goes: alone, or as `Bearer`. */
  readonly keyHeader: string;
}

const bearer = 'authorization';

export const kinds = {
  sandbox: { baseUrl: null, keyHeader: bearer },
  openai: { baseUrl: 'https://api.openai.com/v1', keyHeader: bearer },
  'openai-compatible': { baseUrl: null, keyHeader: bearer },
} as const satisfies Readonly<Record<string, KindFacts>>;

export type ProviderKind = keyof typeof kinds;
