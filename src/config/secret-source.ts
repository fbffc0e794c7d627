import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { type ConfigNode, nodeAt, quoteNode, type ScalarNode } from './config-node.ts';

/**
 * Where a secret is found: here, as text; in a file, relative to the config's folder; or in what a command prints, run
 * without a shell in that folder.
 */
export type SecretSource = string | { readonly file: string } | { readonly command: readonly string[] };

const asList = 'write it as a map: `{ exec: [ command, "argument" ] }`';

function wrong(node: ConfigNode, message: string, help: string): Diagnostic {
  return errorAt('config-invalid-value', node.span, message, { help });
}

function readText(node: ScalarNode, diagnostics: Diagnostic[]): SecretSource | undefined {
  const { value, written } = node;
  if (typeof value !== 'string') {
    if (!node.broken) diagnostics.push(wrong(node, `${quoteNode(node)} is not text`, 'write it in quotes'));
    return undefined;
  }
  // Only what the file itself says is run or opened: a variable holds a secret, whatever it looks like.
  const [, scheme] = /^(file|exec):/.exec(written) ?? [];
  if (scheme === undefined) return value;
  const rest = value.slice(scheme.length + 1).trim();
  if (rest === '') {
    const help = scheme === 'file' ? 'write `file:PATH`' : 'write `exec:COMMAND ARGUMENT…`';
    diagnostics.push(wrong(node, `\`${scheme}:\` names nothing`, help));
    return undefined;
  }
  if (scheme === 'file') return { file: rest };
  if (/["'$`\\|&;<>]/.test(written)) {
    diagnostics.push(wrong(node, 'no shell reads this command', asList));
    return undefined;
  }
  return { command: rest.split(/\s+/) };
}

function readWords(node: ConfigNode, diagnostics: Diagnostic[]): readonly string[] | undefined {
  const items = node.kind === 'list' ? node.items : [];
  const words = items.map((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? item.value : undefined,
  );
  const all = words.filter((word) => word !== undefined);
  if (all.length > 0 && all.length === words.length && all[0] !== '') return all;
  diagnostics.push(wrong(node, 'a command is a list of texts, its program first', asList));
  return undefined;
}

/** A secret: its text, `file:PATH`, `exec:COMMAND`, or `{ exec: [ COMMAND, ARGUMENT, … ] }`. */
export function readSecret(node: ConfigNode, diagnostics: Diagnostic[]): SecretSource | undefined {
  if (node.kind === 'scalar') return readText(node, diagnostics);
  const command = nodeAt(node, ['exec']);
  if (node.kind === 'map' && node.entries.size === 1 && command) {
    const words = readWords(command, diagnostics);
    return words && { command: words };
  }
  diagnostics.push(wrong(node, `${quoteNode(node)} is no secret`, 'write its text, `file:PATH` or `exec:COMMAND`'));
  return undefined;
}
