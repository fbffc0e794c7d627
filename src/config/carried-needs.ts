import { type SurfaceName, surfaceNames } from '../protocol/api-request.ts';
import { type Need, needs } from '../protocol/needs.ts';
import type { ProviderConfig } from './config.ts';
import { type Dialect, kindFacts, type ProviderKind } from './provider-kinds.ts';

/** What of a request arrives when it is said in another language, by that language. What is not named here does not. */
const translated: Readonly<Record<Exclude<Dialect, 'sandbox'> | 'compatible', readonly Need[]>> = {
  openai: ['vision', 'files', 'image_urls', 'file_urls', 'tools', 'parallel_tools', 'json_schema', 'reasoning'],
  compatible: ['vision', 'audio', 'files', 'image_urls', 'tools', 'parallel_tools', 'json_schema', 'reasoning'],
  anthropic: ['vision', 'files', 'image_urls', 'file_urls', 'tools', 'parallel_tools', 'json_schema', 'reasoning'],
  google: ['vision', 'audio', 'files', 'tools', 'parallel_tools', 'json_schema', 'reasoning'],
  bedrock: ['vision', 'files', 'tools', 'parallel_tools', 'json_schema', 'reasoning'],
  mistral: ['vision', 'files', 'image_urls', 'file_urls', 'tools', 'parallel_tools', 'json_schema', 'reasoning'],
  cohere: ['vision', 'image_urls', 'tools', 'parallel_tools', 'json_schema', 'reasoning'],
};

/** These are reached through OpenAI's responses; every other OpenAI-shaped upstream through chat completions. */
const ownLanguage: readonly ProviderKind[] = ['openai', 'azure'];

/** Languages that have embeddings to translate to. */
const embeds: readonly Dialect[] = ['google', 'bedrock', 'mistral', 'cohere', 'openai'];

const nothing: ReadonlySet<string> = new Set();

/** What is said of one model, beyond what its provider's kind says. */
export interface StatedAbilities {
  /** Makes embeddings, and nothing else. */
  readonly embeddings: boolean;
  /** Words of `request.needs` that the config states of it. */
  readonly needs: ReadonlyMap<Need, boolean>;
}

/**
 * By endpoint at which a model can be asked, what of `request.needs` is lost on the way. Bytes that are passed through lose nothing that is
 * known of; a translation loses what it is not known to carry.
 */
export function lostByEndpoint(
  { kind, surfaces }: Pick<ProviderConfig, 'kind' | 'surfaces'>,
  stated: StatedAbilities,
): ReadonlyMap<string, ReadonlySet<string>> {
  const { dialect } = kindFacts(kind);
  const passesBytes = (surface: SurfaceName) => surfaces[surface] !== undefined;
  const served = surfaceNames.filter((surface) => {
    if ((surface === 'embeddings') !== stated.embeddings) return false;
    return surface !== 'embeddings' || passesBytes(surface) || embeds.includes(dialect);
  });
  const carried = dialect === 'sandbox' ? [] : translated[languageOf(kind, dialect)];
  return new Map(
    served.map((surface) => {
      const usual = passesBytes(surface) ? nothing : new Set<string>(needs.filter((need) => !carried.includes(need)));
      return [surface, corrected(usual, stated.needs)];
    }),
  );
}

function languageOf(kind: ProviderKind, dialect: Exclude<Dialect, 'sandbox'>): keyof typeof translated {
  return dialect === 'openai' && !ownLanguage.includes(kind) ? 'compatible' : dialect;
}

function corrected(lost: ReadonlySet<string>, stated: StatedAbilities['needs']): ReadonlySet<string> {
  if (stated.size === 0) return lost;
  const kept = new Set(lost);
  for (const [need, isAble] of stated) {
    if (isAble) kept.delete(need);
    else kept.add(need);
  }
  return kept;
}
