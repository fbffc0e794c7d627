/** Every code that a diagnostic can have. One page each in `grammar/diagnostics/<code>.md`. */
export const diagnosticCodes = ['config-invalid'] as const;

export type DiagnosticCode = (typeof diagnosticCodes)[number];
