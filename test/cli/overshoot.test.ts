import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';

const config = `version: 1
policy: main.llmpolicy
auth: { required: false }
estimates: { output_tokens: 2k }
providers: { box: { kind: sandbox, region: eu } }
models:
  small: { provider: box, price_in: $1, price_out: $2, max_output: 2k }
  large: { provider: box, price_in: $1, price_out: $10, max_output: 32k }
`;

async function checked(rules: string, ...options: string[]) {
  const policy = `edition 2026\npolicy "main"\n${rules}\nbudget all $5 per day\n`;
  const folder = projectFolder({ 'gateway.config.yaml': config, 'main.llmpolicy': policy });
  return runMain('check', '--config', join(folder, 'gateway.config.yaml'), ...options);
}

describe('how far an answer may pass a budget', () => {
  it('is said for the model of which most is left out of the reservation', async () => {
    const { out, exitCode } = await checked('routes { otherwise use small then large }');
    expect(exitCode).toBe(0);
    expect(out).toContain('may pass the budget `all` by up to $0.3: 2000 tok of output are reserved');
    expect(out).toContain('`large` writes up to 32000');
  });

  it('is nothing where all that a model writes is reserved, or the policy bounds it', async () => {
    expect((await checked('routes { otherwise use small }')).out).not.toContain('may pass');
    expect((await checked('routes { otherwise use large }\ncap output 4k tok')).out).not.toContain('may pass');
    expect((await checked('routes { otherwise use large }\ncap output 4k tok when request.stream')).out).toContain(
      'may pass',
    );
  });

  it('is in the statistics, for programs', async () => {
    const { out } = await checked('routes { otherwise use large }', '--stats', '--format', 'json');
    expect(JSON.parse(out).stats[0].overshoots).toEqual([
      { budget: 'all', model: 'large', reservedTokens: 2000, mostTokens: 32_000, cost: 300_000_000 },
    ]);
  });
});
