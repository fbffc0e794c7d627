import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { surfaceNames } from '../../src/protocol/api-request.ts';
import { type Fate, fieldFates, lostFields } from '../../src/protocol/field-fates.ts';
import type { JsonObject, JsonValue } from '../../src/protocol/json.ts';
import { needs } from '../../src/protocol/needs.ts';
import { surfaces } from '../../src/protocol/surfaces.ts';

/** Every field that a vendor's client can send; one that we do not name is an error of the types, here. */
type FatesOf<Body> = Readonly<Record<keyof Body, Fate>>;
fieldFates.chat satisfies FatesOf<OpenAI.Chat.ChatCompletionCreateParams>;
fieldFates.responses satisfies FatesOf<OpenAI.Responses.ResponseCreateParams>;
fieldFates.messages satisfies FatesOf<Anthropic.MessageCreateParams>;
fieldFates.embeddings satisfies FatesOf<OpenAI.EmbeddingCreateParams>;

/** What a caller gives in fields that need something; where it is not said here, any object. */
const given: Readonly<Record<string, JsonValue>> = {
  store: true,
  n: 2,
  logprobs: true,
  top_logprobs: 2,
  previous_response_id: 'resp_1',
  truncation: 'auto',
  inference_geo: 'eu',
  context_management: [{ type: 'compaction' }],
};

/** Refused at the door, or of no meaning without the field that needs it. */
const elsewhere = ['background', 'conversation', 'chat.top_logprobs'];

const needing = surfaceNames.flatMap((surface) =>
  Object.entries<Fate>(fieldFates[surface]).flatMap(([field, fate]) => {
    const need = needs.find((candidate) => candidate === fate);
    const isElsewhere = elsewhere.includes(field) || elsewhere.includes(`${surface}.${field}`);
    return need === undefined || isElsewhere ? [] : [{ surface, field, need }];
  }),
);

describe('a field that a translation would lose', () => {
  it.each(needing)('makes a request need `$need`, so that it is not: $surface.$field', ({ surface, field, need }) => {
    const body: JsonObject = { model: 'm', messages: [], input: 'hi', [field]: given[field] ?? { any: 'thing' } };
    expect(surfaces[surface].describeBody(body).needs).toContain(need);
  });

  it('is named where nothing can be done about it, unknown ones included', () => {
    const body = { model: 'm', messages: [], seed: 5, metadata: { a: 'b' }, brand_new: 1, user: null };
    expect(lostFields('chat', body)).toEqual(['metadata', 'brand_new']);
  });
});
