import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { createSource } from '../../src/diagnostics/source.ts';

const read = (text: string) =>
  readConfig(createSource('gateway.config.yaml', `version: 1\npolicy: a.llmpolicy\n${text}\n`), {});
const dayMs = 86_400_000;

describe('`ledger`', () => {
  it('is a file beside the config, of three months and without content, unless it says otherwise', () => {
    const unstated = {
      url: 'sqlite:.llmpolicy/ledger.db',
      keepMs: 90 * dayMs,
      content: false,
      onUnavailable: 'refuse',
    };
    expect(read('').value?.ledger).toEqual(unstated);
    expect(read('ledger: off').value?.ledger).toEqual({ ...unstated, url: 'off' });
    expect(read('ledger: { keep: forever }').value?.ledger).toEqual({ ...unstated, keepMs: null });
    const all = 'ledger: { url: "jsonl:lines", keep: 30d, content: true, on_unavailable: allow }';
    expect(read(all).value?.ledger).toEqual({
      url: 'jsonl:lines',
      keepMs: 30 * dayMs,
      content: true,
      onUnavailable: 'allow',
    });
  });

  it.each([
    'ledger: postgres',
    'ledger: { url: memory }',
    'ledger: { keep: a while }',
    'ledger: { content: maybe }',
    'ledger: { on_unavailable: wait }',
    'ledger: { kept: 1d }',
  ])('is not `%s`', (text) => {
    const { value, diagnostics } = read(text);
    expect(value).toBeUndefined();
    expect(diagnostics).toHaveLength(1);
  });
});

describe('`notify`', () => {
  it('has a webhook and perhaps a secret', () => {
    const { value } = read('notify: { a: { webhook: "https://a.example/x" }, b: { webhook: "", secret: s } }');
    expect([...(value?.channels ?? [])]).toEqual([
      ['a', { webhook: 'https://a.example/x', secret: '' }],
      ['b', { webhook: '', secret: 's' }],
    ]);
  });
});
