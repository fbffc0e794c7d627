import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerJson, completion, scriptUpstream } from '../providers/scripted-upstream.ts';
import { projectFolder } from '../support/project-folder.ts';
import { until } from '../support/until.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { inventory, policyText } from './mocked-upstream.ts';

const request = { model: 'any', messages: [{ role: 'user', content: 'hello' }] };
const useSmall = policyText('routes { otherwise use small }');
const useLarge = policyText('routes { otherwise use large }');

/** An upstream whose model `up-small` answers when it is told to, and says when it was called. */
async function heldUpstream() {
  const called = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { baseUrl } = await scriptUpstream(async (response, { body }) => {
    called.resolve();
    if (JSON.parse(body).model === 'up-small') await release.promise;
    answerJson(response, 200, completion);
  });
  return { baseUrl, called: called.promise, release: () => release.resolve() };
}

async function serveFiles(policy: string, more: Record<string, string> = {}) {
  const upstream = await heldUpstream();
  const files = { 'gateway.config.yaml': inventory(upstream.baseUrl), 'main.llmpolicy': policy, ...more };
  const folder = projectFolder(files);
  const gateway = await startGateway(folder);
  const write = (text: string, name = 'main.llmpolicy') => writeFileSync(join(folder, name), text);
  return { gateway, upstream, write };
}

async function whoServes(gateway: GatewayProcess): Promise<string | null> {
  const response = await gateway.post(request);
  await response.text();
  return response.headers.get('x-llmpolicy-model');
}

/** The gateway swaps as soon as it sees the change: until then the old answer is right. */
function servedBy(model: string, gateway: GatewayProcess): Promise<true> {
  return until(`${model} to serve`, async () => ((await whoServes(gateway)) === model ? true : undefined));
}

describe('a policy that changes while it is served', () => {
  it('decides the requests after it, and those in flight end with the one they began with', async () => {
    const { gateway, upstream, write } = await serveFiles(useSmall);
    const inFlight = gateway.post(request);
    await upstream.called;
    write(useLarge);
    await gateway.says('policy swapped: sha256:');
    const after = await gateway.post(request);
    expect(after.headers.get('x-llmpolicy-model')).toBe('large');
    upstream.release();
    const before = await inFlight;
    expect(before.status).toBe(200);
    expect(before.headers.get('x-llmpolicy-model')).toBe('small');
    const digests = [before, after].map((response) => response.headers.get('x-llmpolicy-policy'));
    expect(digests[0]).toMatch(/^sha256:/);
    expect(digests[1]).not.toBe(digests[0]);
    expect(gateway.err()).toContain(`policy swapped: ${digests[1]}`);
  });

  it('goes on as it was where the new text has errors, and says which', async () => {
    const { gateway, write } = await serveFiles(useLarge);
    const digest = (await gateway.post(request)).headers.get('x-llmpolicy-policy');
    write(policyText('routes { otherwise use lrge }'));
    await gateway.says('error[unknown-model]');
    await gateway.says('main.llmpolicy:3:24');
    await gateway.says(`policy not swapped: ${digest} goes on serving`);
    expect(await whoServes(gateway)).toBe('large');
    write(policyText('routes { otherwise use large then small }'));
    await gateway.says('policy swapped');
  });

  it('goes on as it was where the new text has a rule that nobody would keep', async () => {
    const { gateway, write } = await serveFiles(useLarge);
    write(`${useLarge}\ncache semantic above 95% ttl 1h\n`);
    await gateway.says('error[not-enforced]');
    await gateway.says('policy not swapped');
    expect(await whoServes(gateway)).toBe('large');
  });

  it('changes with a file that it extends', async () => {
    const parent = (region: string) => `edition 2026\npolicy "org"\ndeny model when model.region == ${region}\n`;
    const child = 'edition 2026\npolicy "main" extends "./org.llmpolicy"\nroutes { otherwise use large then spare }\n';
    const { gateway, write } = await serveFiles(child, { 'org.llmpolicy': parent('us') });
    expect(await whoServes(gateway)).toBe('spare');
    write(parent('eu'), 'org.llmpolicy');
    await servedBy('large', gateway);
  });
});

describe('SIGHUP', () => {
  it('has the policy read again', async () => {
    const { gateway } = await serveFiles(useLarge);
    const digest = (await gateway.post(request)).headers.get('x-llmpolicy-policy');
    gateway.process.kill('SIGHUP');
    await gateway.says(`policy unchanged: ${digest} goes on serving`);
    expect(await whoServes(gateway)).toBe('large');
  });

  it('takes up what no watch sees: a file that was missing', async () => {
    const child = 'edition 2026\npolicy "main" extends "./org.llmpolicy"\nroutes { otherwise use large then spare }\n';
    const { gateway, write } = await serveFiles(useLarge);
    write(child);
    await gateway.says('error[bad-parent]');
    write('edition 2026\npolicy "org"\ndeny model when model.region == us\n', 'org.llmpolicy');
    gateway.process.kill('SIGHUP');
    await gateway.says('policy swapped');
    expect(await whoServes(gateway)).toBe('spare');
  });
});
