import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInCatalogue } from '../../src/catalog/built-in-catalogue.ts';
import { modelAbilities } from '../../src/catalog/known-model.ts';
import { findListedModel } from '../../src/catalog/listed-model.ts';
import file from '../../src/catalog/models.json' with { type: 'json' };
import { providerKinds } from '../../src/config/provider-kinds.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';

const built = [...builtInCatalogue];

describe('the public catalogue', () => {
  it('says of each model where it is known from, and of which day that is', () => {
    for (const [, { source, date }] of built) {
      expect(source).toMatch(/^models\.dev providers\/\S+\.toml(; json_schema: @ai-sdk\/anthropic [\d.]+)?$/);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
    expect(file.source).toMatch(/^https:\/\/\S+ at [0-9a-f]{40}, MIT licence, Copyright \(c\) 2025 models\.dev$/);
  });

  it('knows a model by its kind of provider and its exact name', () => {
    expect(builtInCatalogue.get('openai/gpt-4.1-mini')).toEqual({
      contextWindow: 1_047_576,
      maxOutput: 32_768,
      abilities: ['vision', 'files', 'tools', 'json_schema'],
      source: 'models.dev providers/openai/models/gpt-4.1-mini.toml',
      date: '2026-07-02',
    });
    expect(builtInCatalogue.has('openai/gpt-4.1-mini-2025')).toBe(false);
    expect(builtInCatalogue.has('sandbox/gpt-4.1-mini')).toBe(false);
  });

  it('names each model once, of kinds and with abilities that there are', () => {
    expect(new Set(file.models.map(({ kind, upstream }) => `${kind}/${upstream}`)).size).toBe(file.models.length);
    for (const { kind, abilities } of file.models) {
      expect(providerKinds).toContain(kind);
      for (const ability of abilities) expect(modelAbilities).toContain(ability);
    }
  });

  it('is what a config would be allowed to name in its place', () => {
    const text = JSON.stringify({ source: file.source, models: file.models });
    const source = createSource('models.json', text);
    const config = createSource('gateway.config.yaml', 'version: 1\npolicy: a\ncatalog: models.json\n');
    expect(readConfig(config, {}, () => source).diagnostics).toEqual([]);
  });

  it('knows sizes that are sizes, and of no model that embeds how much it writes', () => {
    for (const [name, { contextWindow, maxOutput, abilities }] of built) {
      for (const size of [contextWindow ?? 1, maxOutput ?? 1]) expect(size, name).toBeGreaterThan(0);
      if (abilities.includes('embeddings')) expect(maxOutput, name).toBeUndefined();
    }
  });
});

/** What looks like the name of a vendor's model. */
const modelName =
  /\b(?:gpt|o\d|claude|gemini|mistral|command|deepseek|grok|llama|sonar|text-embedding)-[-A-Za-z0-9.]*\w/g;

describe('a model that the documentation names', () => {
  const root = resolve(import.meta.dirname, '../..');
  const files = ['README.md', 'gateway.config.yaml', 'CHANGELOG.md'];
  const named = new Set(files.flatMap((path) => readFileSync(join(root, path), 'utf8').match(modelName) ?? []));
  const configured = new Set(
    readFileSync(join(root, 'gateway.config.yaml'), 'utf8')
      .match(/^ {2}[\w-]+(?=:)/gm)
      ?.map((name) => name.trim()),
  );

  it.each([...named].filter((name) => !configured.has(name)))('has no hole: %s', (upstream) => {
    const kinds = providerKinds.filter((kind) => builtInCatalogue.has(`${kind}/${upstream}`));
    expect(kinds).not.toEqual([]);
    for (const kind of kinds) {
      const known = builtInCatalogue.get(`${kind}/${upstream}`);
      expect(known?.contextWindow, kind).toBeGreaterThan(0);
      if (!known?.abilities.includes('embeddings')) expect(known?.maxOutput, kind).toBeGreaterThan(0);
      expect(findListedModel(kind, upstream)?.price.input.base, kind).toBeGreaterThan(0);
    }
  });
});
