import { posix } from 'node:path';
import { z } from 'zod';
import { createSource, type Source } from '../diagnostics/source.ts';
import type { ResolveParent } from '../semantics/link-layers.ts';

/** A policy with all that it extends: what is pushed, and kept. */
export interface PolicyContent {
  /** Which of the files is served; the others are its layers. */
  readonly entry: string;
  /** Texts by path, with `/` between folders. */
  readonly files: Readonly<Record<string, string>>;
}

export const contentShape = z.strictObject({ entry: z.string().min(1), files: z.record(z.string(), z.string()) });

/** Undefined for what is no content, or has no such entry. */
export function readContent(text: string): PolicyContent | undefined {
  try {
    const read = contentShape.safeParse(JSON.parse(text));
    return read.success && Object.hasOwn(read.data.files, read.data.entry) ? read.data : undefined;
  } catch {
    return undefined;
  }
}

export function writeContent({ entry, files }: PolicyContent): string {
  return JSON.stringify({ entry, files });
}

export function entryOf({ entry, files }: PolicyContent): Source {
  return createSource(entry, files[entry] ?? '');
}

/** Finds layers among the files of the content: there is no way out of them, and no disk behind them. */
export function resolveAmong({ files }: PolicyContent): ResolveParent {
  return (from, written) => {
    const name = posix.join(posix.dirname(from.name), written.replaceAll('\\', '/'));
    const text = Object.hasOwn(files, name) ? files[name] : undefined;
    if (text !== undefined) return createSource(name, text);
    return { problem: `\`${name}\` is not among the files that were pushed` };
  };
}
