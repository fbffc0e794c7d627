import { dataEvents } from './events.ts';
import { expected, type Form } from './form.ts';

// https://ai.google.dev/api/generate-content: `streamGenerateContent` with `alt=sse`; every event tells the counts so far.
const counts = {
  promptTokenCount: 1100,
  cachedContentTokenCount: 800,
  candidatesTokenCount: 40,
  thoughtsTokenCount: 30,
  totalTokenCount: 1170,
};

const event = (parts: readonly object[], finishReason?: string, usageMetadata?: object) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason && { finishReason }) }],
  ...(usageMetadata && { usageMetadata }),
  modelVersion: 'gemini-2.5-flash',
  responseId: 'r1',
});

const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };

export const geminiForm: Form = {
  name: 'Gemini',
  kind: 'google',
  provider: (url) => `{ kind: google, base_url: "${url}/v1beta", api_key: k }`,
  upstream: 'gemini-2.5-flash',
  contentType: 'text/event-stream',
  answer: dataEvents([
    event([{ text: 'Grüße ', thought: true }]),
    event([{ text: 'zuerst.', thought: true }]),
    event([{ text: 'Grüße, ' }]),
    event([{ text: 'Welt 🌍!' }]),
    event([
      { functionCall: { id: 'f1', name: 'weather', args: { city: 'Kyjiw' } }, thoughtSignature: 'c2lnbmVk' },
      { functionCall: { id: 'f2', name: 'now', args: {} } },
    ]),
    event([{ text: '' }], 'STOP', counts),
  ]),
  // Nobody counts there what is written to a cache.
  expected: { ...expected, usage: { ...expected.usage, cacheWriteTokens: 0 } },
  refusal: dataEvents([event([], 'SAFETY', { promptTokenCount: 10, candidatesTokenCount: 0, totalTokenCount: 10 })]),
  failing: dataEvents([event([{ text: 'Begun' }]), error]),
  failingAtOnce: dataEvents([error]),
};
