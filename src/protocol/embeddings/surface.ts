import { openAiErrors } from '../chat/errors.ts';
import { wrongField } from '../fields.ts';
import { readModelBody } from '../read-request.ts';
import type { Surface } from '../surface.ts';
import { describeEmbeddings } from './facts.ts';
import { embeddingsDialect } from './native.ts';
import { parseEmbeddings } from './parse.ts';
import { renderEmbeddings } from './render.ts';
import { embeddingsTexts } from './texts.ts';

/** OpenAI's embeddings. */
export const embeddings: Surface = {
  name: 'embeddings',
  path: '/v1/embeddings',
  readRequest(body) {
    const request = readModelBody('embeddings', body);
    const { input } = request.body;
    if (typeof input !== 'string' && !Array.isArray(input)) throw wrongField('input', 'text, or a list of texts');
    // There is no stream of embeddings, whatever the body says.
    return { ...request, stream: false };
  },
  describeBody: describeEmbeddings,
  statedFacts: [['request.user', 'user']],
  parameters: { writers: {}, outputLimits: [] },
  texts: embeddingsTexts,
  errors: openAiErrors,
  ownHeaders: ['openai-beta'],
  native: embeddingsDialect,
  translation: { kind: 'embedding', parse: parseEmbeddings, render: renderEmbeddings },
};
