import { z } from 'zod';
import type { GuardConfig, GuardFields } from '../../config/guard-config.ts';
import type { Detector } from '../guard.ts';
import { postJson } from '../post-json.ts';
import { createUnitIndex } from './unit-index.ts';

const place = z.number().int().nonnegative();
const answerShape = z.array(z.object({ entity_type: z.string().min(1), start: place, end: place, score: z.number() }));

/** Asks the analyser of Microsoft Presidio (`POST /analyze`), which also finds names. It counts in code points. */
export function createPresidioDetector(guard: GuardConfig, fields: GuardFields<'presidio'>): Detector {
  const { base_url, language = 'en', entities, score } = fields;
  return {
    reach: { kind: 'whole' },
    pure: false,
    async inspect(text, _place, surroundings) {
      if (text === '') return [];
      const asked = { text: text.toWellFormed(), language, entities, score_threshold: score };
      const answer = await postJson(
        guard,
        `${base_url}/analyze`,
        { body: JSON.stringify(asked) },
        answerShape,
        surroundings,
      );
      const unitAt = createUnitIndex(text);
      return answer
        .filter((entity) => entity.score >= (score ?? 0))
        .map(({ entity_type: kind, start, end }) => ({
          start: unitAt(start),
          end: unitAt(end),
          rule: kind.toLowerCase(),
          kind,
        }));
    },
  };
}
