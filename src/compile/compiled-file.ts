import type { CompiledFor } from './compiled-for.ts';
import type { PolicyProgram } from './program.ts';

/** What the first words of a compiled policy say. */
export const compiledFormat = 'llmpolicy-program';
/** Of the file's shape. */
export const compiledVersion = 1;
/** Conditions and plans in a file nest no deeper; neither does what is read. */
export const deepestCompiled = 600;

/**
 * A program as a file: JSON, the header line by line, then what decides and its tables on a line each. The digest is of
 * `program`. The tables are for those who run or study the file themselves: whoever reads it here builds them anew, so that what
 * decides is what the digest names.
 */
export function writeCompiled({ tables, digest, ...program }: PolicyProgram, compiledFor: CompiledFor): string {
  const { name: policy, edition, meaning } = program;
  const file = {
    format: compiledFormat,
    version: compiledVersion,
    policy,
    edition,
    meaning,
    digest,
    compiledFor,
    program,
    tables,
  };
  const lines = Object.entries(file).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** How deep lists and maps stand in one another. */
export function depthOf(value: unknown): number {
  let deepest = 0;
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const depth = next.depth + 1;
    deepest = Math.max(deepest, depth);
    for (const inner of Object.values(next.value)) waiting.push({ value: inner, depth });
  }
  return deepest;
}
