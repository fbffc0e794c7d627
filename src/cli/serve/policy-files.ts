import { dirname, relative, resolve, sep } from 'node:path';
import type { PolicyContent } from '../../gateway/policy-content.ts';
import type { PolicyFile } from '../../gateway/ready-version.ts';
import { readSource, resolveWithin } from '../workspace.ts';

/** Policy files beside a config, by the paths that it writes. */
export interface PolicyFiles {
  open(path: string): PolicyFile;
  /** Every file that was opened, and the layers that were found. */
  readonly found: ReadonlySet<string>;
}

export function policyFilesBeside(configPath: string): PolicyFiles {
  const root = resolve(dirname(configPath));
  const found = new Set<string>();
  return {
    found,
    open(path) {
      const file = resolve(root, path);
      found.add(file);
      return openPolicyFile(file, root, (layer) => found.add(resolve(layer)));
    },
  };
}

/** Opens a policy whose layers lie below a folder. Throws a `CommandError` where it cannot be read. */
export function openPolicyFile(
  file: string,
  root: string,
  noted: (layer: string) => void = () => undefined,
): PolicyFile {
  const source = readSource(file);
  const texts = new Map([[source.name, source.text]]);
  const find = resolveWithin(root);
  return {
    source,
    resolve(from, written) {
      const parent = find(from, written);
      if ('name' in parent) {
        noted(parent.name);
        texts.set(parent.name, parent.text);
      }
      return parent;
    },
    content(): PolicyContent {
      const named = [...texts].map(([name, text]) => [nameBelow(root, name), text] as const);
      return { entry: nameBelow(root, source.name), files: Object.fromEntries(named) };
    },
  };
}

/** As every machine would write it: from the root, with `/` between folders. */
function nameBelow(root: string, name: string): string {
  return relative(root, resolve(name)).split(sep).join('/');
}
