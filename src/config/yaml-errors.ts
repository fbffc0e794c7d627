import type { YAMLError } from 'yaml';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import type { Source } from '../diagnostics/source.ts';
import { firstLine } from './first-line.ts';

/** What the YAML library says in the words of its own interface. */
const complaints: ReadonlyMap<string, string> = new Map([
  ['MULTIPLE_DOCS', 'a config is one document, and a second begins here'],
  ['NON_STRING_KEY', 'a key must be a word'],
]);

/** Inside `{ … }` and `[ … ]` the brace of a bare `${NAME}` opens a map. */
function bareVariable(source: Source, { pos: [brace] }: YAMLError): Diagnostic | undefined {
  const [text] = /^\$\{[^}\n]*\}?/.exec(source.text.slice(Math.max(brace - 1, 0))) ?? [];
  if (text === undefined) return undefined;
  const span = { source, start: brace - 1, end: brace - 1 + text.length };
  const help = `write \`"${text}"\``;
  return errorAt('config-syntax', span, 'between brackets a variable stands in quotes', { help });
}

function describeYamlError(source: Source, { code, pos, message }: YAMLError): Diagnostic {
  const span = firstLine(source, pos[0], pos[1]);
  const [, collection] = /^Flow (map|sequence) .*must be sufficiently indented and end with/.exec(message) ?? [];
  if (collection) {
    const bracket = collection === 'map' ? '{' : '[';
    return errorAt('config-syntax', span, `a \`${bracket}\` is still open here`, {
      help: `close it with \`${collection === 'map' ? '}' : ']'}\`; what stands between brackets is indented`,
    });
  }
  const text = complaints.get(code) ?? `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  return errorAt('config-syntax', span, text);
}

/** What the YAML library found; unexpected tokens after a first mistake are its consequences. */
export function describeYamlErrors(source: Source, errors: readonly YAMLError[]): readonly Diagnostic[] {
  return errors.flatMap((error, index) => {
    const variable = bareVariable(source, error);
    if (variable) return variable;
    return index > 0 && error.code === 'UNEXPECTED_TOKEN' ? [] : describeYamlError(source, error);
  });
}
