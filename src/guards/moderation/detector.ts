import { z } from 'zod';
import type { GuardConfig, GuardFields } from '../../config/guard-config.ts';
import type { Detector } from '../guard.ts';
import { postJson } from '../post-json.ts';

const answerShape = z.object({
  results: z.array(z.object({ flagged: z.boolean(), categories: z.record(z.string(), z.boolean().nullable()) })).min(1),
});

/** Asks an OpenAI-compatible `/moderations`. What is flagged is the whole text, once for each category. */
export function createModerationDetector(guard: GuardConfig, fields: GuardFields<'moderation'>): Detector {
  const { base_url, api_key = '', model = 'omni-moderation-latest', categories } = fields;
  const headers: Record<string, string> = api_key === '' ? {} : { authorization: `Bearer ${api_key}` };
  return {
    reach: { kind: 'whole' },
    pure: false,
    async inspect(text, _place, surroundings) {
      if (text === '') return [];
      const body = JSON.stringify({ model, input: text.toWellFormed() });
      const { results } = await postJson(
        guard,
        `${base_url}/moderations`,
        { body, headers },
        answerShape,
        surroundings,
      );
      const flagged = results.flatMap((result) => Object.entries(result.categories).filter(([, is]) => is === true));
      const rules = new Set(flagged.map(([category]) => category));
      // A verdict without a category is one nevertheless.
      if (rules.size === 0 && results.some((result) => result.flagged)) rules.add('flagged');
      const wanted = [...rules].filter((rule) => rule === 'flagged' || (categories?.includes(rule) ?? true));
      return wanted.map((rule) => ({ start: 0, end: text.length, rule, kind: 'moderation' }));
    },
  };
}
