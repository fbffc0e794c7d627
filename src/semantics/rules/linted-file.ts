import type { PolicyFile } from '../../syntax/ast.ts';
import type { Context } from '../context.ts';

/** A file, and what is known where it stands. */
export interface LintedFile {
  readonly context: Context;
  readonly file: PolicyFile;
}

export interface LintRule {
  readonly rule: (files: readonly LintedFile[]) => void;
  /** Says something only of a policy that is otherwise correct. */
  readonly needsCorrect: boolean;
}
