/** A way in that an upstream may take as it is; otherwise requests are translated. */
export type Surface = 'chat' | 'responses' | 'messages' | 'count_tokens' | 'embeddings';

/** The language of an upstream's own API, which says how requests are translated for it. */
export type Dialect = 'sandbox' | 'openai' | 'anthropic' | 'google' | 'bedrock' | 'mistral' | 'cohere';

/** Who answers for an upstream that knows callers by a cloud's identity. */
export type Cloud = 'aws' | 'google';

/** What is the same for every provider of a kind. */
export interface KindFacts {
  readonly dialect: Dialect;
  /** Where the vendor's own SDK sends calls; null where the config says it, or what it is made of. */
  readonly baseUrl: string | null;
  /** By surface that is passed through, the path below the base URL. */
  readonly surfaces: Readonly<Partial<Record<Surface, string>>>;
  /** The header in which a key goes: as `Bearer` in `authorization`, else alone. */
  readonly keyHeader: string;
  /** The vendor's own address answers nobody without a key. */
  readonly needsKey: boolean;
  /** Sent with every call unless the call says otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cloud?: Cloud;
  /** The field of a chat request that bounds the output; `max_tokens` where it is not said. */
  readonly outputLimit?: string;
  /** It knows no other field for that, and takes one of another name for nothing. */
  readonly knowsOneLimit?: true;
}

const chat = { chat: '/chat/completions' } as const;
const responses = { responses: '/responses' } as const;
const embeddings = { embeddings: '/embeddings' } as const;
const messages = { messages: '/messages' } as const;
const counting = { count_tokens: '/messages/count_tokens' } as const;

const openAiShaped = { dialect: 'openai', keyHeader: 'authorization', needsKey: true } as const;
const translated = { surfaces: {}, needsKey: true } as const;

/**
 * Every kind of provider. Addresses are those of the vendors' documentation or, where it names none, of the AI SDK's
 * packages; the surfaces are those that the vendor documents for that address, as of November 2026.
 */
export const kinds = {
  sandbox: {
    dialect: 'sandbox',
    baseUrl: null,
    surfaces: { ...chat, ...responses, ...embeddings, ...messages },
    keyHeader: 'authorization',
    needsKey: false,
  },
  openai: {
    ...openAiShaped,
    baseUrl: 'https://api.openai.com/v1',
    surfaces: { ...chat, ...responses, ...embeddings },
    outputLimit: 'max_completion_tokens',
  },
  azure: {
    ...openAiShaped,
    baseUrl: null,
    surfaces: { ...chat, ...responses, ...embeddings },
    keyHeader: 'api-key',
    outputLimit: 'max_completion_tokens',
  },
  anthropic: {
    dialect: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    surfaces: { messages: '/v1/messages', count_tokens: '/v1/messages/count_tokens' },
    keyHeader: 'x-api-key',
    needsKey: true,
    headers: { 'anthropic-version': '2023-06-01' },
  },
  google: {
    ...translated,
    dialect: 'google',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    keyHeader: 'x-goog-api-key',
  },
  'google-vertex': { ...translated, dialect: 'google', baseUrl: null, keyHeader: 'x-goog-api-key', cloud: 'google' },
  'amazon-bedrock': { ...translated, dialect: 'bedrock', baseUrl: null, keyHeader: 'authorization', cloud: 'aws' },
  mistral: { ...translated, dialect: 'mistral', baseUrl: 'https://api.mistral.ai/v1', keyHeader: 'authorization' },
  groq: { ...openAiShaped, baseUrl: 'https://api.groq.com/openai/v1', surfaces: { ...chat, ...responses } },
  deepseek: { ...openAiShaped, baseUrl: 'https://api.deepseek.com', surfaces: chat, knowsOneLimit: true },
  xai: { ...openAiShaped, baseUrl: 'https://api.x.ai/v1', surfaces: { ...chat, ...responses } },
  together: {
    ...openAiShaped,
    baseUrl: 'https://api.together.ai/v1',
    surfaces: { ...chat, ...embeddings },
    knowsOneLimit: true,
  },
  fireworks: {
    ...openAiShaped,
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    surfaces: { ...chat, ...responses, ...embeddings, ...messages },
  },
  openrouter: {
    ...openAiShaped,
    baseUrl: 'https://openrouter.ai/api/v1',
    surfaces: { ...chat, ...responses, ...embeddings },
  },
  perplexity: {
    ...openAiShaped,
    baseUrl: 'https://api.perplexity.ai',
    surfaces: { ...chat, responses: '/v1/responses', embeddings: '/v1/embeddings' },
    knowsOneLimit: true,
  },
  cerebras: { ...openAiShaped, baseUrl: 'https://api.cerebras.ai/v1', surfaces: chat },
  nvidia: { ...openAiShaped, baseUrl: 'https://integrate.api.nvidia.com/v1', surfaces: { ...chat, ...embeddings } },
  cohere: { ...translated, dialect: 'cohere', baseUrl: 'https://api.cohere.com/v2', keyHeader: 'authorization' },
  ollama: {
    ...openAiShaped,
    baseUrl: 'http://localhost:11434/v1',
    surfaces: { ...chat, ...responses, ...embeddings, ...messages },
    needsKey: false,
    knowsOneLimit: true,
  },
  vllm: {
    ...openAiShaped,
    baseUrl: null,
    surfaces: { ...chat, ...responses, ...embeddings, ...messages, ...counting },
    needsKey: false,
  },
  'openai-compatible': { ...openAiShaped, baseUrl: null, surfaces: { ...chat, ...embeddings }, needsKey: false },
} as const satisfies Readonly<Record<string, KindFacts>>;

export type ProviderKind = keyof typeof kinds;

export const providerKinds = Object.keys(kinds) as readonly ProviderKind[];

/** The row of a kind, as wide as every row may be. */
export function kindFacts(kind: ProviderKind): KindFacts {
  return kinds[kind];
}

/** The paths of the surfaces that the config may add to an OpenAI-shaped provider, below its base URL. */
export const usualPaths: Readonly<Record<Surface, string>> = {
  ...chat,
  ...responses,
  ...messages,
  ...counting,
  ...embeddings,
};
