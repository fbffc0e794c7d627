import type { ProviderConfig } from '../../config/config.ts';
import type { ProviderKind } from '../../config/provider-kinds.ts';
import type { Target } from './target.ts';

/** Makes a target of an upstream's base URL, as the config has it. */
export type CreateTarget = (baseUrl: string) => Target;

/** The vendors' packages are large: each is loaded only where the config names a provider that needs it. */
const byKind: Readonly<Partial<Record<ProviderKind, () => Promise<CreateTarget>>>> = {
  openai: async () => (await import('./targets/openai.ts')).openAiTarget,
  azure: async () => (await import('./targets/openai.ts')).openAiTarget,
  anthropic: async () => (await import('./targets/anthropic.ts')).anthropicTarget,
  google: async () => (await import('./targets/google.ts')).googleTarget,
  'google-vertex': async () => (await import('./targets/google-vertex.ts')).vertexTarget,
  'amazon-bedrock': async () => (await import('./targets/amazon-bedrock.ts')).bedrockTarget,
  mistral: async () => (await import('./targets/mistral.ts')).mistralTarget,
  cohere: async () => (await import('./targets/cohere.ts')).cohereTarget,
};

/** Every other kind is OpenAI-shaped. */
const compatible = async () => (await import('./targets/openai-compatible.ts')).compatibleTarget;

export async function loadTarget({ kind }: ProviderConfig, baseUrl: string): Promise<Target> {
  const create = await (byKind[kind] ?? compatible)();
  return create(baseUrl);
}
