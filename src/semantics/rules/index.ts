import type { LintRule } from './linted-file.ts';
import { listedOnce } from './listed-once.ts';
import { usedNames } from './used-names.ts';

/** What is surely not meant, though it has a meaning. Each rule is called as the thing that must hold. */
export const lintRules: readonly LintRule[] = [
  { rule: usedNames, needsCorrect: true },
  { rule: listedOnce, needsCorrect: false },
];
