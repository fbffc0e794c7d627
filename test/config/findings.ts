import { readConfig } from '../../src/config/read-config.ts';
import type { Variables } from '../../src/config/variables.ts';
import { createSource, positionAt } from '../../src/diagnostics/source.ts';
import { spanText } from '../../src/diagnostics/span.ts';

/** The least that a config must say. */
const smallest = 'version: 1\npolicy: a.llmpolicy\n';

/** The findings on a config, each as `LINE:COLUMN code "underlined text": message (help)`. */
export function findings(text: string, variables: Variables = {}): readonly string[] {
  const { diagnostics } = readConfig(createSource('gateway.config.yaml', text), variables);
  return diagnostics.map(({ code, primary: { span }, message, help }) => {
    const { line, column } = positionAt(span.source, span.start);
    return `${line}:${column} ${code} "${spanText(span)}": ${message}${help === undefined ? '' : ` (${help})`}`;
  });
}

/** The findings on a config that has all it needs beside the text; lines count from the text's first. */
export function findingsIn(text: string, variables: Variables = {}): readonly string[] {
  return findings(`${text}\n${smallest}`, variables);
}

/** The value of a config that must be right. */
export function configOf(text: string, variables: Variables = {}) {
  const { value, diagnostics } = readConfig(createSource('gateway.config.yaml', `${text}\n${smallest}`), variables);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return value;
}
