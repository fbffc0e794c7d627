import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Decision } from '../../src/decide/decision.ts';
import { runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { startGateway } from './gateway-process.ts';
import { answerByName, inventory, mockUpstream, policyText } from './mocked-upstream.ts';

const rules = `
deny model when request.data_region == eu and model.region != eu
deny request when request.prompt like "*forbidden*" because "not that"
routes {
  route unknown when requested is not known reject 404 "no model of that name"
  route streamed when request.stream use large timeout 20s then small
  route long when request.input_tokens > 200 tok use spare then large
  otherwise use requested then spare
}
retry 1 on { rate_limited } backoff 1ms..2ms
fallback on { server_error, rate_limited }
`;
const hello = [{ role: 'user', content: 'hello' }];
const requests: [what: string, body: Record<string, unknown>, headers: Record<string, string>][] = [
  ['a plain request', { model: 'gpt-large', messages: hello }, {}],
  ['one whose first model fails', { model: 'small', messages: hello }, {}],
  ['one tagged by a header', { model: 'gpt-any', messages: hello }, { 'x-data-region': 'eu' }],
  ['one tagged by its metadata', { model: 'gpt-any', messages: hello, metadata: { data_region: 'eu' } }, {}],
  ['a stream', { model: 'small', messages: hello, stream: true }, {}],
  ['a long one', { model: 'small', messages: [{ role: 'user', content: 'word '.repeat(400) }] }, {}],
  ['one for an unknown model', { model: 'gpt-17', messages: hello }, {}],
  ['one that is refused for what it says', { model: 'small', messages: [{ role: 'user', content: 'forbidden' }] }, {}],
];

/** `decide` on the command line and a dry run at the gateway, without what can differ: the id of the request. */
function comparable({ facts, ...decision }: Decision) {
  const { 'request.id': _, ...rest } = facts;
  return { ...decision, facts: rest };
}

it('`decide --request` is what the running gateway decides, and its plan is what the gateway then does', async () => {
  const upstream = await mockUpstream((mock) => {
    mock.on({ model: 'up-small' }, { error: { message: 'out of order' }, status: 500 });
    answerByName(mock);
  });
  const folder = projectFolder({
    'gateway.config.yaml': inventory(upstream.baseUrl),
    'main.llmpolicy': policyText(rules),
  });
  const inFolder = (name: string) => join(folder, name);
  const gateway = await startGateway(folder);
  const served: (string | null)[] = [];
  for (const [what, body, headers] of requests) {
    writeFileSync(inFolder('body.json'), JSON.stringify(body));
    const given = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
    const words = ['decide', inFolder('main.llmpolicy'), '--request', inFolder('body.json'), ...given];
    const { exitCode, out } = await runMain(...words, '--config', inFolder('gateway.config.yaml'), '--format', 'json');
    expect(exitCode, what).toBe(0);
    const decision: Decision = JSON.parse(out);

    const dryRun = { ...headers, authorization: 'Bearer adm1n', 'x-llmpolicy-dry-run': 'true' };
    const decidedThere = await (await gateway.post(body, dryRun)).json();
    expect(comparable(decidedThere as Decision), what).toEqual(comparable(decision));

    const response = await gateway.post(body, headers);
    await response.text();
    // `small` is out of order, so the one after it serves.
    const planned = decision.attempts.map(({ model }) => model);
    const wanted = planned[0] === 'small' ? planned[1] : planned[0];
    expect(response.headers.get('x-llmpolicy-model'), what).toBe(wanted ?? null);
    expect(response.headers.get('x-llmpolicy-route'), what).toBe(decision.route);
    expect(response.headers.get('x-llmpolicy-policy'), what).toBe(decision.policy.digest);
    expect(response.status, what).toBe(decision.reject?.status ?? 200);
    served.push(response.headers.get('x-llmpolicy-model'));
  }
  expect(served).toEqual(['large', 'spare', 'spare', 'spare', 'large', 'spare', null, null]);
});
