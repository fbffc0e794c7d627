import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { GuardFields } from '../../config/guard-config.ts';
import { schemaPattern } from '../../config/schema-pattern.ts';
import type { Detector } from '../guard.ts';

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Finds a text that is no JSON, or not as the schema wants it: always the whole of it. */
export function createJsonSchemaDetector({ schema }: GuardFields<'json-schema'>): Detector {
  const ajv = new Ajv2020({ strict: false, logger: false, code: { regExp: schemaPattern } });
  ajvFormats.default(ajv);
  const matches = ajv.compile(schema);
  return {
    reach: { kind: 'whole' },
    skipsLabels: true,
    pure: true,
    inspect(text) {
      const parsed = parse(text);
      const whole = { start: 0, end: text.length, kind: 'json' };
      if (!parsed) return [{ ...whole, rule: 'not-json' }];
      return matches(parsed.value) ? [] : [{ ...whole, rule: matches.errors?.[0]?.keyword ?? 'schema' }];
    },
  };
}
