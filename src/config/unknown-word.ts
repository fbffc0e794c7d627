import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';

export function listWords(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

/** A word that is none of those that could stand here, with the one that was probably meant. */
export function unknownWord(
  code: DiagnosticCode,
  span: Span,
  message: string,
  word: string,
  candidates: readonly string[],
  listed = candidates,
): Diagnostic {
  const meant = suggest(word, candidates);
  if (meant !== undefined)
    return errorAt(code, span, message, { help: `did you mean \`${meant}\`?`, fix: [{ span, newText: meant }] });
  return errorAt(code, span, message, listed.length > 0 ? { help: `write one of ${listWords(listed)}` } : {});
}
