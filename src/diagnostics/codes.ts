/** Every code that a diagnostic can have. One page each in `grammar/diagnostics/<code>.md`. */
export const diagnosticCodes = [
  // Characters and syntax
  'inexact-number',
  'nesting-too-deep',
  'syntax',
  'unexpected-character',
  'wrong-spelling',
  // Names
  'ambiguous-model',
  'bad-note',
  'cyclic-let',
  'declared-twice',
  'name-taken',
  'unknown-attribute',
  'unknown-edition',
  'unknown-failure',
  'unknown-model',
  'unknown-name',
  'unknown-word',
  'unused-let',
  // Types
  'bad-pattern',
  'bad-status',
  'fact-in-catalogue',
  'maybe-missing',
  'model-lacks-value',
  'model-not-here',
  'no-order',
  'not-a-condition',
  'not-a-model',
  'not-a-value',
  'two-facts',
  'type-mismatch',
  'wrong-currency',
  'wrong-unit',
  // Whole rules
  'misplaced-after',
  'no-header',
  'no-models',
  'no-name',
  'no-routes',
  'not-supported',
  // gateway.config.yaml
  'config-invalid',
] as const;

export type DiagnosticCode = (typeof diagnosticCodes)[number];
