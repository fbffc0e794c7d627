import type { GuardConfig } from '../config/guard-config.ts';
import type { Detector } from './guard.ts';
import { createJsonSchemaDetector } from './json-schema/detector.ts';
import { createJudgeDetector } from './judge/detector.ts';
import { createKeywordsDetector } from './keywords/detector.ts';
import { createLengthDetector } from './length/detector.ts';
import { createModerationDetector } from './moderation/detector.ts';
import { createPiiDetector } from './pii/detector.ts';
import { createPresidioDetector } from './presidio/detector.ts';
import { createRegexDetector } from './regex/detector.ts';
import { createSecretsDetector } from './secrets/detector.ts';
import { createWebhookDetector } from './webhook/detector.ts';

/** The detector of a declared guard. It throws where a JSON Schema is none. */
export function createDetector(guard: GuardConfig): Detector {
  switch (guard.kind) {
    case 'pii':
      return createPiiDetector(guard.fields);
    case 'secrets':
      return createSecretsDetector();
    case 'regex':
      return createRegexDetector(guard.fields);
    case 'keywords':
      return createKeywordsDetector(guard.fields);
    case 'json-schema':
      return createJsonSchemaDetector(guard.fields);
    case 'length':
      return createLengthDetector(guard.fields);
    case 'moderation':
      return createModerationDetector(guard, guard.fields);
    case 'presidio':
      return createPresidioDetector(guard, guard.fields);
    case 'webhook':
      return createWebhookDetector(guard, guard.fields);
    case 'judge':
      return createJudgeDetector(guard, guard.fields);
  }
}
