import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FormGateway, openFormGateway } from './form-gateway.ts';
import { forms } from './forms/forms.ts';

let gateway: FormGateway;
beforeAll(async () => {
  gateway = await openFormGateway(forms);
});
afterAll(() => gateway.close());

const body = { max_tokens: 10, stream: true, messages: [{ role: 'user', content: 'hi' }] };

describe('a caller that leaves in the middle of a stream', () => {
  it.each(forms)('ends the call of an upstream that streams in the form of $name', async (form) => {
    const ended = Promise.withResolvers<void>();
    gateway.answerWith(async (response) => {
      response.writeHead(200, { 'content-type': form.contentType });
      // Enough for an answer to have begun; then silence.
      response.write(form.answer.subarray(0, Math.floor(form.answer.length * 0.8)));
      await once(response, 'close');
      ended.resolve();
    });
    const caller = new AbortController();
    const path = form.kind === 'openai' ? '/v1/messages' : '/v1/chat/completions';
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body: JSON.stringify({ ...body, model: form.name }),
      signal: caller.signal,
    });
    const first = await response.body?.getReader().read();
    expect(first?.done).toBe(false);
    caller.abort();
    await ended.promise;
    expect(await gateway.lastEntry()).toMatchObject({ outcome: 'aborted', status: 499 });
  });
});
