import { knownPrices } from './known-prices.ts';
import type { PolicyRule, TextRule } from './linted-file.ts';
import { listedOnce } from './listed-once.ts';
import { openPatterns } from './open-patterns.ts';
import { openQuestions } from './open-questions.ts';
import { possibleModels } from './possible-models.ts';
import { presentDefaults } from './present-defaults.ts';
import { usedNames } from './used-names.ts';

/** Each rule is called as the thing that must hold. */
export const textRules: readonly TextRule[] = [listedOnce, openPatterns, openQuestions, presentDefaults];

export const policyRules: readonly PolicyRule[] = [usedNames, possibleModels, knownPrices];
