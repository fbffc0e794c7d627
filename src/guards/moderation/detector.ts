import { z } from 'zod';
import type { GuardConfig, GuardFields } from '../../config/guard-config.ts';
import { askTogether } from '../ask-together.ts';
import type { Detector, Finding } from '../guard.ts';
import { postJson } from '../post-json.ts';

const answerShape = z.object({
  results: z.array(z.object({ flagged: z.boolean(), categories: z.record(z.string(), z.boolean().nullable()) })).min(1),
});

type Verdict = z.output<typeof answerShape>['results'][number];

/** OpenAI states no bound of `input`; each text is at most as long as the model's window. */
const mostTexts = 32;

/** Asks an OpenAI-compatible `/moderations`, in one call for many texts. What is flagged is the whole text, once for each category. */
export function createModerationDetector(guard: GuardConfig, fields: GuardFields<'moderation'>): Detector {
  const { base_url, api_key = '', model = 'omni-moderation-latest', categories } = fields;
  const headers: Record<string, string> = api_key === '' ? {} : { authorization: `Bearer ${api_key}` };

  function findingsOf(text: string, { flagged, categories: verdicts }: Verdict): readonly Finding[] {
    const rules = Object.entries(verdicts).flatMap(([category, is]) => (is === true ? [category] : []));
    // A verdict without a category is one nevertheless.
    const all = rules.length === 0 && flagged ? ['flagged'] : rules;
    const wanted = all.filter((rule) => rule === 'flagged' || (categories?.includes(rule) ?? true));
    return wanted.map((rule) => ({ start: 0, end: text.length, rule, kind: 'moderation' }));
  }

  return {
    reach: { kind: 'whole' },
    pure: false,
    ...askTogether({
      most: mostTexts,
      async inspect(texts, surroundings) {
        const input = texts.map(({ text }) => text.toWellFormed());
        // Those that are compatible take one text as a string, whatever else they take.
        const body = JSON.stringify({ model, input: input.length === 1 ? input[0] : input });
        const url = `${base_url}/moderations`;
        const { results } = await postJson(guard, url, { body, headers }, answerShape, surroundings);
        if (results.length !== texts.length)
          throw new Error(`the service of guard \`${guard.name}\` did not answer for each text`);
        return texts.map(({ text }, index) => {
          const verdict = results[index];
          return verdict === undefined ? [] : findingsOf(text, verdict);
        });
      },
    }),
  };
}
