import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { answerByName, inventory, mockUpstream, policyText } from './mocked-upstream.ts';

const request = { model: 'any', messages: [{ role: 'user', content: 'hello' }] };

/** A folder whose config names a compiled policy, and the command that compiles rules into it. */
async function compiledProject(rules: string) {
  const { baseUrl } = await mockUpstream(answerByName);
  const config = inventory(baseUrl).replace('main.llmpolicy', 'main.json');
  const folder = projectFolder({ 'gateway.config.yaml': config });
  const compile = async (changed: string) => {
    writeFileSync(join(folder, 'text.llmpolicy'), policyText(changed));
    const { exitCode, err } = await runCommand(['compile', 'text.llmpolicy', '-o', 'main.json'], { cwd: folder });
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  };
  await compile(rules);
  return { folder, file: join(folder, 'main.json'), compile };
}

async function whoServes(gateway: GatewayProcess) {
  const response = await gateway.post(request);
  await response.text();
  return [response.headers.get('x-llmpolicy-model'), response.headers.get('x-llmpolicy-policy')];
}

describe('a compiled policy that is served', () => {
  it('decides, and changes with its file', async () => {
    const { folder, file, compile } = await compiledProject('routes { otherwise use small }');
    const gateway = await startGateway(folder);
    const { digest } = JSON.parse(readFileSync(file, 'utf8'));
    expect(await whoServes(gateway)).toEqual(['small', digest]);
    await compile('routes { otherwise use large }');
    await gateway.says('policy swapped: sha256:');
    expect(await whoServes(gateway)).toEqual(['large', JSON.parse(readFileSync(file, 'utf8')).digest]);
  });

  it('goes on as it was where the new file is damaged or has a rule that nobody would keep', async () => {
    const { folder, file, compile } = await compiledProject('routes { otherwise use small }');
    const gateway = await startGateway(folder);
    const [, digest] = await whoServes(gateway);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 900));
    await gateway.says('error[compiled-broken]: this compiled policy is damaged: it is not whole JSON');
    await gateway.says(`policy not swapped: ${digest} goes on serving`);
    await compile('routes { otherwise use large }\ncache semantic above 95% ttl 1h');
    await gateway.says('error[not-enforced]: this gateway has no model to compare texts by');
    await gateway.says('the rule `cache-1`');
    expect(await whoServes(gateway)).toEqual(['small', digest]);
  });

  it('is read again on SIGHUP', async () => {
    const { folder } = await compiledProject('routes { otherwise use small }');
    const gateway = await startGateway(folder);
    const [, digest] = await whoServes(gateway);
    gateway.process.kill('SIGHUP');
    await gateway.says(`policy unchanged: ${digest} goes on serving`);
  });

  it('is refused by a gateway with another config, which says what is other', async () => {
    const { folder } = await compiledProject(
      'deny model when request.data_region == eu and model.region != eu\nroutes { otherwise use small then large }',
    );
    const config = readFileSync(join(folder, 'gateway.config.yaml'), 'utf8');
    writeFileSync(join(folder, 'gateway.config.yaml'), config.replace('region: us', 'region: eu'));
    const { exitCode, err } = await runCommand(['serve', '--port', '0'], { cwd: folder });
    expect(err).toContain('error[compiled-elsewhere]: this policy was compiled for another config');
    expect(err).toContain('the model `large` has `region` "eu" in the config, and had "us"');
    expect(exitCode).toBe(1);
  });
});
