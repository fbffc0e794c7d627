import type { Expression, PolicyFile } from '../../syntax/ast.ts';
import type { Context } from '../context.ts';
import type { CheckedPolicy } from '../typed.ts';

/** A file, and what is known where it stands. */
export interface LintedFile {
  readonly context: Context;
  readonly file: PolicyFile;
  /** Every expression of its rules, rule by rule. */
  readonly expressions: readonly Expression[];
}

/** What is surely not meant, though it has a meaning, as it is seen in the text. */
export type TextRule = (files: readonly LintedFile[]) => void;

/** The same, as it is seen in a policy that is otherwise correct. */
export type PolicyRule = (files: readonly LintedFile[], policy: CheckedPolicy) => void;
