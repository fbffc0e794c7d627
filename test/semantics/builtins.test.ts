import { describe, expect, it } from 'vitest';
import { builtinAttributes } from '../../src/semantics/builtins.ts';

const attributes = builtinAttributes({ models: ['haiku'], providers: ['box'], regions: ['eu'] });

function keysWhere(kind: string) {
  return [...attributes.values()].filter(({ presence }) => presence.kind === kind).map(({ key }) => key);
}

describe('the built-in attributes', () => {
  it('are keyed by their own names, and say that they are built in', () => {
    for (const [key, attribute] of attributes) expect(attribute).toMatchObject({ key, declaredAt: 'built in' });
  });

  it('may be missing where the language says so', () => {
    expect(keysWhere('optional')).toEqual([
      'request.user',
      'request.reasoning_effort',
      'request.continues',
      'request.max_output_tokens',
      'request.temperature',
      'caller.team',
      'caller.user',
      'caller.app',
      'model.latency',
    ]);
  });

  it('must be known of a model that a rule reads them of', () => {
    expect(keysWhere('required')).toEqual([
      'model.name',
      'model.provider',
      'model.region',
      'model.context_window',
      'model.max_output',
      'model.price_in',
      'model.price_out',
    ]);
  });

  it('are neutral otherwise', () => {
    const values = new Map(
      [...attributes].map(([key, { presence }]) => [key, presence.kind === 'default' && presence.value]),
    );
    expect(values.get('request.model')).toBe('test');
    expect(values.get('request.endpoint')).toBe('chat');
    expect(values.get('request.input_tokens')).toBe(0);
    expect(values.get('request.tags')).toEqual([]);
    expect(values.get('caller.key')).toBe('anonymous');
    expect(values.get('caller.debug')).toBe(false);
    expect(values.get('model.vision')).toBe(false);
    expect(values.get('model.up')).toBe(true);
  });

  it('take the words of the catalogue', () => {
    expect(attributes.get('model.name')?.type).toEqual({ kind: 'enum', name: 'model.name', values: ['haiku'] });
    expect(attributes.get('model.provider')?.type).toMatchObject({ values: ['box'] });
    expect(attributes.get('model.region')?.type).toMatchObject({ values: ['eu'] });
  });

  it('hold content in one place, which is sensitive', () => {
    expect([...attributes.values()].filter(({ sensitive }) => sensitive).map(({ key }) => key)).toEqual([
      'request.prompt',
    ]);
  });
});
