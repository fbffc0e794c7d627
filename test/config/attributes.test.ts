import { describe, expect, it } from 'vitest';
import { configOf, findingsIn } from './findings.ts';

function typeOf(declaration: string) {
  return configOf(`attributes:\n  caller.x: ${declaration}`).environment.attributes.get('caller.x');
}

function attributeFindings(key: string, declaration: string) {
  return findingsIn(`attributes:\n  ${key}: ${declaration}`);
}

describe('a declared attribute', () => {
  it.each([
    ['{ type: bool, default: true }', { kind: 'bool' }, true],
    ['{ type: string, default: none }', { kind: 'string' }, 'none'],
    ['{ type: tokens, default: 4k }', { kind: 'tokens' }, 4000],
    ['{ type: requests, default: 60 }', { kind: 'requests' }, 60],
    ['{ type: count, default: 3 }', { kind: 'count' }, 3],
    ['{ type: money, default: $1.5 }', { kind: 'money' }, 1_500_000_000],
    ['{ type: duration, default: 2m }', { kind: 'duration' }, 120_000],
    ['{ type: percent, default: 2.5% }', { kind: 'percent' }, 250],
    ['{ type: decimal, default: 0.7 }', { kind: 'decimal' }, 7000],
    ['{ type: set, default: [b, a, b] }', { kind: 'set' }, ['a', 'b']],
    ['{ type: set, values: [a, b], default: [] }', { kind: 'set', values: ['a', 'b'] }, []],
    ['{ type: enum, values: [a, b], default: b }', { kind: 'enum', name: 'caller.x', values: ['a', 'b'] }, 'b'],
  ])('has its type and its default: %s', (declaration, type, value) => {
    expect(typeOf(declaration)).toEqual({
      key: 'caller.x',
      type,
      presence: { kind: 'default', value },
      declaredAt: 'gateway.config.yaml:2',
    });
  });

  it('may be required, optional or sensitive', () => {
    expect(typeOf('{ type: string, required: true }')?.presence).toEqual({ kind: 'required' });
    expect(typeOf('{ type: string, optional: true }')?.presence).toEqual({ kind: 'optional' });
    expect(typeOf('{ type: string, optional: true, sensitive: true }')?.sensitive).toBe(true);
  });
});

describe('the name of an attribute', () => {
  it('is not that of a built-in one', () => {
    expect(attributeFindings('caller.team', '{ type: string, optional: true }')).toEqual([
      '2:3 config-built-in-name "caller.team": `caller.team` is built in (leave it out: policies may read it as it is)',
    ]);
  });

  it.each(['model.upstream', 'model.answers_to', 'caller.name', 'caller.hash'])(
    'is no field that means something else: %s',
    (key) => {
      expect(attributeFindings(key, '{ type: string, optional: true }')).toEqual([
        `2:3 config-built-in-name "${key}": \`${key}\` would be a field that has another meaning (call it something else)`,
      ]);
    },
  );

  it('begins with one of three words', () => {
    expect(attributeFindings('requst.x', '{ type: string, optional: true }')).toEqual([
      '2:3 config-unknown-name "requst.x": an attribute cannot begin with `requst` (did you mean `request`?)',
    ]);
  });

  it.each(['x', 'caller.a.b', 'caller.a b', 'caller.', 'caller.1'])('is two words: %s', (key) => {
    expect(attributeFindings(`"${key}"`, '{ type: string, optional: true }')[0]).toContain(
      `: \`${key}\` cannot be the name of an attribute (write \`request\`, \`caller\` or \`model\`, a dot and one word)`,
    );
  });
});

describe('the type of an attribute', () => {
  it('is one of those that there are', () => {
    expect(attributeFindings('caller.x', '{ type: enm, optional: true }')).toEqual([
      '2:21 config-unknown-name "enm": `enm` is no type (did you mean `enum`?)',
    ]);
  });

  it('has values where it is an enum, and none elsewhere', () => {
    expect(attributeFindings('caller.x', '{ type: enum, optional: true }')).toEqual([
      '2:3 config-missing-key "caller.x": an `enum` needs `values` (list its words: `values: [ a, b ]`)',
    ]);
    expect(attributeFindings('caller.x', '{ type: enum, values: [], optional: true }')).toHaveLength(1);
    expect(attributeFindings('caller.x', '{ type: bool, values: [a], optional: true }')).toEqual([
      '2:27 config-invalid-value "values": a `bool` has no `values` (leave them out, or write `type: enum`)',
    ]);
  });

  it('has each value once, and as a word', () => {
    expect(attributeFindings('caller.x', '{ type: enum, values: [a, b, a], optional: true }')).toEqual([
      '2:42 config-duplicate "a": `a` is listed twice (keep one of them)',
    ]);
    expect(attributeFindings('caller.x', '{ type: enum, values: [a, true], optional: true }')[0]).toContain(
      '2:39 config-invalid-value "true": `true` is not a word',
    );
  });
});

describe('the presence of an attribute', () => {
  const complaint =
    '2:3 config-invalid-value "caller.x": say what holds when it is absent, in one way (write one of `required: true`, `optional: true` and `default: …`)';

  it.each([
    '{ type: bool }',
    '{ type: bool, required: true, default: true }',
    '{ type: bool, optional: true, required: true }',
  ])('is stated once: %s', (declaration) => {
    expect(attributeFindings('caller.x', declaration)).toEqual([complaint]);
  });

  it('is never denied', () => {
    expect(attributeFindings('caller.x', '{ type: bool, required: false }')).toEqual([
      '2:37 config-invalid-value "false": `false` cannot stand here (write `true`, or nothing)',
    ]);
  });

  it('has a default of the type', () => {
    expect(attributeFindings('caller.x', '{ type: enum, values: [free, gold], default: fre }')).toEqual([
      '2:58 config-invalid-value "fre": `fre` is none of its values (did you mean `free`?)',
    ]);
    expect(attributeFindings('caller.x', '{ type: set, values: [a], default: [b] }')).toEqual([
      '2:49 config-invalid-value "b": `b` is none of its values (write one of `a`)',
    ]);
    expect(attributeFindings('caller.x', '{ type: percent, default: 80 }')).toEqual([
      '2:39 config-invalid-value "80": `80` is not a percentage (write it like `85%`)',
    ]);
  });
});

describe('where an attribute is read from', () => {
  it('is said of everything that the client claims', () => {
    expect(attributeFindings('request.x', '{ type: bool, default: false }')).toEqual([
      '2:3 config-missing-key "request.x": `from` is missing (say where it is read from: `from: [ "header x-name" ]` or `[ "metadata name" ]`)',
    ]);
    expect(attributeFindings('request.x', '{ type: bool, default: false, from: [] }')[0]).toMatch(
      /^2:44 config-missing-key "from"/,
    );
  });

  it.each(['x-app', 'headr x-app', 'header', 'header a b', 'metadata  a', 'header x:y'])(
    'is a header or a metadata field: %j',
    (place) => {
      expect(
        attributeFindings('request.x', `{ type: bool, default: false, from: [ "metadata a", "${place}" ] }`),
      ).toEqual([
        `2:66 config-invalid-value ""${place}"": \`${place}\` is no place in a request (write \`header NAME\` or \`metadata FIELD\`)`,
      ]);
    },
  );

  it.each([
    ['caller.x', 'its value is a field of the key'],
    ['model.x', "its value is a field of the model's entry"],
  ])('is never the request for %s', (key, help) => {
    const [finding, ...others] = attributeFindings(key, '{ type: bool, default: false, from: [ "header x" ] }');
    expect(finding).toContain(`"from": only a \`request.\` attribute is read from the request (${help})`);
    expect(others).toEqual([]);
  });
});
