import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';

const read = (cache: string) =>
  readConfig(
    createSource(
      'gateway.config.yaml',
      `version: 1
policy: a.llmpolicy
providers: { here: { kind: sandbox, region: eu } }
models:
  echo: { provider: here, price: free, context_window: 32k }
  vectors: { provider: here, price: free, context_window: 32k, abilities: { embeddings: true } }
  claude: { provider: there, upstream: claude-x, price: free, context_window: 32k }
${cache}`.replace(
        'here: { kind: sandbox, region: eu } }',
        'here: { kind: sandbox, region: eu }, there: { kind: anthropic, api_key: a } }',
      ),
    ),
    {},
  );

const foundIn = (cache: string) =>
  read(cache).diagnostics.map(({ code, message, help }) => [code, message, help].join(' / '));

describe('`cache` of the config', () => {
  it('has bounds where nothing is written, and compares nothing', () => {
    expect(read('').value?.cache).toEqual({
      bounds: { maxEntries: 10_000, maxBytes: 256_000_000 },
      maxAnswerBytes: 1_000_000,
      semantic: null,
    });
  });

  it('says what is kept, and by which model texts are compared', () => {
    const { value } = read(
      'cache: { entries: 5, size: 1kB, max_answer: 2kB, semantic: { model: vectors, entries: 3, timeout: 2s } }',
    );
    expect(value?.cache).toEqual({
      bounds: { maxEntries: 5, maxBytes: 1_000 },
      maxAnswerBytes: 2_000,
      semantic: { model: 'vectors', entries: 3, timeoutMs: 2_000 },
    });
    expect(value?.environment.embedder).toBe('vectors');
  });

  it.each([
    [
      'cache: { semantic: { model: vektors } }',
      'config-unknown-name / no model is called `vektors` / did you mean `vectors`?',
    ],
    [
      'cache: { semantic: { model: claude } }',
      'config-invalid-value / `claude` makes no embeddings / name a model that makes embeddings, or say that it does: `abilities: { embeddings: true }`',
    ],
    ['cache: { semantic: { entries: 3 } }', 'config-missing-key / `model` is missing / add `model: …`'],
    ['cache: { size: much }', 'config-invalid-value / `much` is not a size / write it like `10MB`'],
  ])('is refused as %s', (cache, finding) => {
    expect(foundIn(cache)).toEqual([finding]);
  });
});
