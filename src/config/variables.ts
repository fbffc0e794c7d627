import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { type Span, spanText } from '../diagnostics/span.ts';

/** The environment's variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

const reference = /\$\{[^}]*\}?/g;
const parts = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}$/;

/** The default also stands for an empty value, as in a shell. */
function lookUp(name: string, fallback: string | undefined, variables: Variables): string | undefined {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return value === undefined || value === '' ? (fallback ?? value) : value;
}

function unset(name: string, span: Span): Diagnostic {
  return errorAt('config-unset-variable', span, `the environment variable \`${name}\` is not set`, {
    help: `set it, or give a default: \`\${${name}:-default}\``,
  });
}

function notAReference(text: string, span: Span): Diagnostic {
  return errorAt('config-syntax', span, `\`${text}\` names no variable`, {
    help: `write \`\${NAME}\`, or \`\${NAME:-default}\` where it may be unset`,
  });
}

/** The part of the scalar in which the text stands; the whole scalar if an escape hides it. */
function spanWithin(scalar: Span, text: string): Span {
  const offset = spanText(scalar).indexOf(text);
  const start = scalar.start + offset;
  return offset < 0 ? scalar : { source: scalar.source, start, end: start + text.length };
}

/**
 * Fills in `${NAME}` and `${NAME:-default}`; `undefined` if that cannot be done. What is reported names variables and
 * never holds their values.
 */
export function fillVariables(
  written: string,
  scalar: Span,
  variables: Variables,
  diagnostics: Diagnostic[],
): string | undefined {
  const found: Diagnostic[] = [];
  const filled = written.replace(reference, (text) => {
    const [, name, fallback] = parts.exec(text) ?? [];
    const value = name === undefined ? undefined : lookUp(name, fallback, variables);
    if (value !== undefined) return value;
    const span = spanWithin(scalar, text);
    found.push(name === undefined ? notAReference(text, span) : unset(name, span));
    return '';
  });
  diagnostics.push(...found);
  return found.length === 0 ? filled : undefined;
}
