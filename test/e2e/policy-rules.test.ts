import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { answerByName, mockUpstream } from './mocked-upstream.ts';
import { servePolicyText } from './served-policy.ts';

const messages = [{ role: 'user' as const, content: 'hello' }];
const residency = `
@id(residency)
deny model when request.data_region == eu and model.region != eu because "EU data stays in the EU"
routes {
  route unknown when requested is not known reject 404 "no model of that name"
  otherwise use requested then small then spare
}
fallback on { server_error }
`;

describe('a denied model', () => {
  it.each([
    ['by a header', {}, { 'x-data-region': 'eu' }],
    ['by the body’s metadata', { metadata: { data_region: 'eu' } }, {}],
  ])('is not called for what is tagged %s, though it was asked for', async (_how, more, headers) => {
    const upstream = await mockUpstream(answerByName);
    const gateway = await servePolicyText(upstream, residency);
    const response = await gateway.post({ model: 'gpt-large', messages, ...more }, headers);
    expect(response.headers.get('x-llmpolicy-model')).toBe('small');
    expect(upstream.called()).toEqual(['up-small']);
  });

  it('is called for a request that has no such tag', async () => {
    const upstream = await mockUpstream(answerByName);
    const gateway = await servePolicyText(upstream, residency);
    const response = await gateway.post({ model: 'gpt-large', messages });
    expect(response.headers.get('x-llmpolicy-model')).toBe('large');
    expect(upstream.called()).toEqual(['up-large']);
  });

  it('is not called as a fallback either, whatever fails', async () => {
    const upstream = await mockUpstream((mock) => mock.on({ model: /up-/ }, { error: { message: 'no' }, status: 500 }));
    const rules = `
deny model when model.region != eu
routes { otherwise use small then large then spare then { large } }
fallback on { timeout, first_token_timeout, rate_limited, server_error, overloaded, network, bad_request, not_found }
`;
    const gateway = await servePolicyText(upstream, rules);
    expect((await gateway.post({ model: 'large', messages })).status).toBe(502);
    expect(upstream.called()).toEqual(['up-small', 'up-spare']);
  });

  it('leaves the request without a model where no other is in the plan', async () => {
    const upstream = await mockUpstream(answerByName);
    const gateway = await servePolicyText(
      upstream,
      'deny model when model.region != eu\nroutes { otherwise use large }',
    );
    await expect(gateway.client.chat.completions.create({ model: 'large', messages })).rejects.toMatchObject({
      status: 403,
      code: 'no-model-left',
    });
    expect(upstream.called()).toEqual([]);
  });
});

describe('a refusal by the policy', () => {
  it.each([
    [400, OpenAI.BadRequestError, 'invalid_request_error'],
    [401, OpenAI.AuthenticationError, 'authentication_error'],
    [402, OpenAI.APIError, 'invalid_request_error'],
    [403, OpenAI.PermissionDeniedError, 'permission_error'],
    [404, OpenAI.NotFoundError, 'invalid_request_error'],
    [409, OpenAI.ConflictError, 'invalid_request_error'],
    [422, OpenAI.UnprocessableEntityError, 'invalid_request_error'],
    [429, OpenAI.RateLimitError, 'rate_limit_error'],
    [503, OpenAI.InternalServerError, 'server_error'],
  ])('with %i is the official client’s own error of that status', async (status, errorClass, type) => {
    const upstream = await mockUpstream(answerByName);
    const gateway = await servePolicyText(upstream, `routes { otherwise reject ${status} "not today" }`);
    const error = await gateway.client.chat.completions
      .create({ model: 'small', messages })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toMatchObject({ status, code: 'rejected', type, message: expect.stringContaining('not today') });
    expect(upstream.called()).toEqual([]);
  });

  it('comes before the routes where a constraint refuses', async () => {
    const upstream = await mockUpstream(answerByName);
    const rules = `
require request.input_tokens < 100 tok else reject 413 "too long for us"
deny request when request.class == batch because "no batches here"
routes { otherwise use small }
`;
    const gateway = await servePolicyText(upstream, rules);
    const long = [{ role: 'user' as const, content: 'word '.repeat(500) }];
    await expect(gateway.client.chat.completions.create({ model: 'small', messages: long })).rejects.toMatchObject({
      status: 413,
      code: 'required',
    });
    const batch = gateway.client.chat.completions.create({ model: 'small', messages, metadata: { class: 'batch' } });
    await expect(batch).rejects.toMatchObject({
      status: 403,
      code: 'denied',
      message: expect.stringContaining('no batches'),
    });
    expect(upstream.called()).toEqual([]);
  });
});

describe('the name that a caller asks for', () => {
  it.each([
    ['small', 'small'],
    ['gpt-small', 'small'],
    ['gpt-large', 'large'],
    ['gpt-any', 'large'],
    ['europe/up-spare', 'spare'],
  ])('%s is answered by %s', async (asked, served) => {
    const gateway = await servePolicyText(await mockUpstream(answerByName), residency);
    const { response } = await gateway.client.chat.completions.create({ model: asked, messages }).withResponse();
    expect(response.headers.get('x-llmpolicy-model')).toBe(served);
  });

  it('stands for all models that answer to it, in the catalogue’s order', async () => {
    const upstream = await mockUpstream((mock) => {
      mock.on({ model: 'up-large' }, { error: { message: 'no' }, status: 500 });
      answerByName(mock);
    });
    const gateway = await servePolicyText(upstream, residency);
    const response = await gateway.post({ model: 'gpt-any', messages });
    expect(response.headers.get('x-llmpolicy-model')).toBe('spare');
    expect(upstream.called()).toEqual(['up-large', 'up-spare']);
  });

  it('has the policy’s own refusal where no model answers to it', async () => {
    const gateway = await servePolicyText(await mockUpstream(answerByName), residency);
    const error = await gateway.client.chat.completions
      .create({ model: 'gpt-17', messages })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: 'rejected', message: '404 no model of that name' });
  });

  it('is one of those that the gateway lists', async () => {
    const gateway = await servePolicyText(await mockUpstream(answerByName), residency);
    const { data } = await gateway.client.models.list();
    expect(data.map(({ id }) => id)).toEqual(['small', 'gpt-small', 'large', 'gpt-large', 'gpt-any', 'spare']);
  });
});
