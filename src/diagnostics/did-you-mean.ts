import type { Diagnostic } from './diagnostic.ts';
import type { Span } from './span.ts';

/** What a policy can write without back-quotes: names, names joined by dots, `provider/upstream`. */
const plain = /^[A-Za-z_][\w.:@+/-]*$/;

/** The mend of a wrong word: the one that was probably meant, or, where none is near, what else to do. */
export function didYouMean(
  span: Span,
  near: string | undefined,
  otherwise?: string,
): { help?: string } & Pick<Diagnostic, 'fix'> {
  if (near === undefined) return otherwise === undefined ? {} : { help: otherwise };
  return { help: `did you mean \`${near}\`?`, fix: [{ span, newText: plain.test(near) ? near : `\`${near}\`` }] };
}
