import type { CompiledFor } from './compiled-for.ts';
import type { PolicyProgram } from './program.ts';
import { writeLines } from './write-lines.ts';

/** What the first words of a compiled policy say. */
export const compiledFormat = 'llmpolicy-program';
/** Of the file's shape. */
export const compiledVersion = 1;

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
