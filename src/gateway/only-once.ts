import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Findings of several policies that may share files, each of them once. */
export function onlyOnce(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, primary: { span } }) => {
    const place = [code, span.source.name, span.start, span.end].join(' ');
    const isNew = !seen.has(place);
    seen.add(place);
    return isNew;
  });
}
