import type { SurfaceName } from './api-request.ts';
import type { JsonObject } from './json.ts';
import type { Need } from './needs.ts';

/**
 * What becomes of a field of a body that is translated into another API. `carried`: it is said there in other words; `known`: only to
 * vendors that have such a thing, lost to others; `lost`; or it makes the request need something, so that no model is asked to which it
 * would be lost. Where bytes are passed through, every field is kept.
 */
export type Fate = 'carried' | 'known' | 'lost' | Need;

const openAiShared = {
  model: 'carried',
  stream: 'carried',
  stream_options: 'carried',
  temperature: 'carried',
  top_p: 'carried',
  tools: 'carried',
  tool_choice: 'carried',
  parallel_tool_calls: 'known',
  metadata: 'lost',
  service_tier: 'lost',
  user: 'lost',
  safety_identifier: 'lost',
  prompt_cache_key: 'lost',
  prompt_cache_options: 'lost',
  prompt_cache_retention: 'lost',
  store: 'stateful',
  top_logprobs: 'logprobs',
  moderation: 'native',
} as const;

const chat = {
  ...openAiShared,
  messages: 'carried',
  max_tokens: 'carried',
  max_completion_tokens: 'carried',
  response_format: 'carried',
  reasoning_effort: 'carried',
  stop: 'known',
  seed: 'known',
  presence_penalty: 'known',
  frequency_penalty: 'known',
  logit_bias: 'lost',
  verbosity: 'lost',
  modalities: 'lost',
  logprobs: 'logprobs',
  n: 'many_choices',
  prediction: 'prediction',
  audio: 'audio',
  web_search_options: 'native',
  functions: 'native',
  function_call: 'native',
} as const satisfies Readonly<Record<string, Fate>>;

const responses = {
  ...openAiShared,
  input: 'carried',
  instructions: 'carried',
  max_output_tokens: 'carried',
  reasoning: 'carried',
  text: 'carried',
  include: 'lost',
  max_tool_calls: 'lost',
  previous_response_id: 'stateful',
  conversation: 'stateful',
  background: 'stateful',
  prompt: 'native',
  truncation: 'native',
  context_management: 'native',
  image: 'native',
  access_programs: 'native',
} as const satisfies Readonly<Record<string, Fate>>;

const messages = {
  model: 'carried',
  stream: 'carried',
  messages: 'carried',
  system: 'carried',
  max_tokens: 'carried',
  tools: 'carried',
  tool_choice: 'carried',
  thinking: 'carried',
  output_config: 'carried',
  temperature: 'carried',
  top_p: 'carried',
  top_k: 'known',
  stop_sequences: 'known',
  cache_control: 'lost',
  metadata: 'lost',
  service_tier: 'lost',
  speed: 'lost',
  diagnostics: 'lost',
  user_profile_id: 'lost',
  workspace_id: 'lost',
  inference_geo: 'native',
  container: 'native',
  mcp_servers: 'native',
  context_management: 'native',
} as const satisfies Readonly<Record<string, Fate>>;

const embeddings = {
  model: 'carried',
  input: 'carried',
  encoding_format: 'carried',
  dimensions: 'known',
  user: 'lost',
} as const satisfies Readonly<Record<string, Fate>>;

/** Every field that the vendors' own clients know, by the API that a body is written for. */
export const fieldFates = { chat, responses, messages, embeddings } as const;

/** The fields of a body that a translation loses, those that nobody knows among them. */
export function lostFields(surface: SurfaceName, body: JsonObject): readonly string[] {
  const fates = new Map<string, Fate>(Object.entries(fieldFates[surface]));
  return Object.keys(body).filter((field) => {
    const given = body[field] !== null && body[field] !== undefined;
    return given && (fates.get(field) ?? 'lost') === 'lost';
  });
}
