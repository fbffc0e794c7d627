// Writes src/catalog/models.json from a checkout of https://github.com/anomalyco/models.dev (MIT licence):
//   npm run import:models -- FOLDER COMMIT DATE
// That source does not say which of Anthropic's own models keep to a JSON Schema; Vercel's package for them does (Apache 2.0).
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getModelCapabilities } from '@ai-sdk/anthropic/internal';
import claudePackage from '@ai-sdk/anthropic/package.json' with { type: 'json' };
import { parse, type TomlTable, type TomlValue } from 'smol-toml';

/** Our kinds of providers by the names that the source has for them. */
const kinds = {
  openai: 'openai',
  azure: 'azure',
  anthropic: 'anthropic',
  google: 'google',
  'google-vertex': 'google-vertex',
  'amazon-bedrock': 'amazon-bedrock',
  mistral: 'mistral',
  groq: 'groq',
  deepseek: 'deepseek',
  xai: 'xai',
  togetherai: 'together',
  'fireworks-ai': 'fireworks',
  perplexity: 'perplexity',
  cerebras: 'cerebras',
  cohere: 'cohere',
};

const [folder = '.', commit = '', date = ''] = process.argv.slice(2);

/** A table of the source: what a provider says goes over what is said of the model in general. */
function readModel(file: string): TomlTable {
  const own = parse(readFileSync(join(folder, file), 'utf8'));
  if (typeof own['base_model'] !== 'string') return own;
  const base = parse(readFileSync(join(folder, 'models', `${own['base_model']}.toml`), 'utf8'));
  const omitted = Array.isArray(own['base_model_omit']) ? own['base_model_omit'] : [];
  return { ...Object.fromEntries(Object.entries(base).filter(([key]) => !omitted.includes(key))), ...own };
}

const isTable = (value: TomlValue | undefined): value is TomlTable =>
  typeof value === 'object' && !Array.isArray(value);

/** What the source says that the model can do; what it does not say is left out. */
function abilitiesOf(upstream: string, model: TomlTable): readonly string[] {
  const modalities = isTable(model['modalities']) ? model['modalities'] : {};
  const input = Array.isArray(modalities['input']) ? modalities['input'] : [];
  const abilities: readonly (readonly [string, boolean])[] = [
    ['vision', input.includes('image')],
    ['audio', input.includes('audio')],
    ['files', input.includes('pdf')],
    ['tools', model['tool_call'] === true],
    ['json_schema', model['structured_output'] === true],
    ['reasoning', model['reasoning'] === true],
    ['embeddings', /embed/.test(upstream)],
  ];
  return abilities.filter(([, has]) => has).map(([ability]) => ability);
}

function keepsToSchema(kind: string, upstream: string): boolean {
  const { isKnownModel, supportsStructuredOutput } = getModelCapabilities(upstream);
  return kind === 'anthropic' && isKnownModel && supportsStructuredOutput;
}

function entryOf(file: string, provider: keyof typeof kinds): Readonly<Record<string, unknown>> | undefined {
  const model = readModel(file);
  if (model['status'] === 'deprecated') return undefined;
  const upstream = file.replace(`providers/${provider}/models/`, '').replace(/\.toml$/, '');
  const said = abilitiesOf(upstream, model);
  const adds = !said.includes('json_schema') && keepsToSchema(kinds[provider], upstream);
  const abilities = adds ? [...said, 'json_schema'] : said;
  const { context, output } = isTable(model['limit']) ? model['limit'] : {};
  return {
    kind: kinds[provider],
    upstream,
    abilities,
    ...(context ? { context_window: context } : {}),
    // Of a model that embeds, the source gives the length of its vectors there.
    ...(output && !abilities.includes('embeddings') ? { max_output: output } : {}),
    source: `models.dev ${file}${adds ? `; json_schema: @ai-sdk/anthropic ${claudePackage.version}` : ''}`,
    date,
  };
}

const entries = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((provider) =>
  globSync(`providers/${provider}/models/**/*.toml`, { cwd: folder })
    .sort()
    .flatMap((file) => entryOf(file, provider) ?? []),
);
const head = `{\n  "source": "https://github.com/anomalyco/models.dev at ${commit}, MIT licence, Copyright (c) 2025 models.dev",\n  "models": [\n`;
const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`);
writeFileSync(new URL('../src/catalog/models.json', import.meta.url), `${head}${lines.join(',\n')}\n  ]\n}\n`);
