import { RE2JS } from 're2js';

/** A `pattern` of a JSON Schema, as ajv asks for it: RE2, which takes no longer than the text is long. Throws for what RE2 does not have. */
export const schemaPattern = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string) => compiled.matcher(text).find() };
  },
  // Asked for by ajv where it writes code for others, which is not done here.
  { code: 'schemaPattern' },
);
