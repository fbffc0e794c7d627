import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runs } from '../support/runs.ts';
import { type CallerApi, callers } from './callers.ts';
import { type FormGateway, openFormGateway } from './form-gateway.ts';
import type { Form } from './forms/form.ts';
import { forms } from './forms/forms.ts';
import { responsesForm } from './forms/responses.ts';

/** What a caller asks: the upstream answers what the test says. */
const question = {
  name: '',
  needs: [],
  prompt: 'hi',
  tools: ['weather'],
  earlier: [],
  effort: 'high',
  answer: {},
} as const;

/** Which API an OpenAI-shaped upstream is asked in depends on the caller: a form is for those that reach it. */
const speaks = (form: Form, caller: CallerApi) => form !== responsesForm || caller.name !== 'chat';

const nothing = Buffer.alloc(0);

let gateway: FormGateway;
beforeAll(async () => {
  gateway = await openFormGateway(forms);
});
afterAll(() => gateway.close());

/** Bytes in packets of their own, cut at these places. */
async function writeCut(response: ServerResponse, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  for (const [index, start] of [0, ...places].entries()) {
    response.write(bytes.subarray(start, places[index] ?? bytes.length));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

function ask(form: Form, caller: CallerApi, bytes: Buffer, cuts: readonly number[] = []) {
  gateway.answerWith((response) => {
    response.writeHead(200, { 'content-type': form.contentType });
    return writeCut(response, bytes, cuts);
  });
  return caller.ask(gateway.url, form.name, question, true);
}

describe.each(forms)('a stream in the form of $name', (form) => {
  const able = callers.filter((caller) => speaks(form, caller));

  it.each(able)('says the same to callers of $name, wherever its bytes are cut', async (caller) => {
    const { usage, ...said } = form.expected;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (cuts) => {
        const outcome = await ask(form, caller, form.answer, cuts);
        expect(outcome).toMatchObject({ ...said, finish: caller.finish.calls });
        expect(new Set(outcome.callIds).size).toBe(said.calls.length);
        expect(await gateway.lastUsage()).toEqual(usage);
        expect(outcome.counted).toEqual(usage);
      }),
      { numRuns: runs(4) },
    );
  });

  it.each(able)('says the same to callers of $name one byte at a time', async (caller) => {
    const everywhere = [...form.answer.keys()];
    expect(await ask(form, caller, form.answer, everywhere)).toMatchObject({ text: form.expected.text });
  });

  it.each(form.failing ? able : [])('tells callers of $name of an error in its middle, as an error', async (caller) => {
    // OpenAI's client takes a response that says of itself that it failed for an answer.
    const isItsOwn = form === responsesForm && caller.name === 'responses';
    const answer = ask(form, caller, form.failing ?? nothing);
    if (isItsOwn) expect((await answer).finish).toBe('failed');
    else await expect(answer).rejects.toThrow(/overloaded/i);
    expect(await gateway.lastEntry()).toMatchObject({ outcome: 'broken', error: expect.stringMatching(/^stream_/) });
  });

  it.each(form.failingAtOnce ? able : [])(
    'lets callers of $name fail over from an error before its answer',
    async (caller) => {
      await expect(ask(form, caller, form.failingAtOnce ?? nothing)).rejects.toThrow(/overloaded/i);
      const { attempts, status } = await gateway.lastEntry();
      expect(attempts).toMatchObject([{ failure: expect.stringMatching(/^(overloaded|server_error)$/) }]);
      expect(status).toBe(502);
    },
  );

  it.each(able)('that breaks off is told to callers of $name', async (caller) => {
    const half = form.answer.subarray(0, Math.floor(form.answer.length * 0.7));
    await expect(ask(form, caller, half)).rejects.toThrow();
    expect(await gateway.lastEntry()).toMatchObject({ outcome: 'broken', usage: { estimated: true } });
  });

  it.each(form.refusal ? able : [])('tells callers of $name of a refusal', async (caller) => {
    const { finish } = await ask(form, caller, form.refusal ?? nothing);
    const own = { chat: /^content_filter$/, responses: /^(completed|incomplete)$/, messages: /^refusal$/ };
    expect(finish).toMatch(own[caller.name]);
  });
});
