import type { CompiledFor } from './compiled-for.ts';
import type { PolicyProgram } from './program.ts';
import { writeLines } from './write-lines.ts';

/** What the first words of a compiled policy say. */
export const compiledFormat = 'llmpolicy-program';
/** Of the file's shape. */
export const compiledVersion = 1;
/** Conditions and plans in a file nest no deeper; neither does what is read. */
export const deepestCompiled = 600;

/**
 * A program as a file: JSON, a header first, then what it was compiled for, what decides, and its tables. The digest is of
 * `program`. The tables are for those who run or study the file themselves: whoever reads it here builds them anew, so that what
 * decides is what the digest names.
 */
export function writeCompiled({ tables, digest, ...program }: PolicyProgram, compiledFor: CompiledFor): string {
  const { name: policy, edition, meaning } = program;
  return writeLines({
    format: compiledFormat,
    version: compiledVersion,
    policy,
    edition,
    meaning,
    digest,
    compiledFor,
    program,
    tables,
  });
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
