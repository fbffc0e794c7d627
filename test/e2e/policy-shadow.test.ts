import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bucketOf } from '../../src/decide/murmur3.ts';
import { runCommand } from '../support/command.ts';
import { until } from '../support/until.ts';
import { adminToken, pushedConfig, startPushed, using } from './pushed-policies.ts';

const text = 'text/plain';
const attributes = `policy: main.llmpolicy
attributes:
  request.class: { type: enum, values: [interactive, batch], default: interactive, from: [header x-class] }
  request.secret: { type: string, optional: true, sensitive: true, from: [header x-secret] }`;

const tried = `edition 2026
policy "main"
routes {
  route overnight when request.class == batch
    use two then one
  otherwise use one
}
cap output 100 tok when request.secret is known
`;

describe('a policy that is tried in the shadow', () => {
  it('decides its share of the requests too, is not obeyed, and tells in what it differs', async () => {
    const gateway = await startPushed({
      'gateway.config.yaml': pushedConfig(attributes),
      'main.llmpolicy': using('one'),
      'next.llmpolicy': tried,
    });
    const { admin, served, folder, url } = gateway;
    const before = await served();
    expect((await admin('PUT', 'policy?shadow=100%25', using('one'), text)).status).toBe(400);
    const environment = { LLMPOLICY_ADMIN_TOKEN: adminToken };
    const policy = (...words: string[]) => runCommand(['policy', ...words, '--url', url], { cwd: folder, environment });
    const begun = await policy('push', 'next.llmpolicy', '--shadow', '100%', '--message', 'batches');
    expect(begun.out).toMatch(/^policy main: sha256:\w+ is tried on 100% of requests\n$/);
    for (let times = 0; times < 3; times++) expect(await served()).toEqual(before);
    expect(await served({ 'x-class': 'batch' })).toEqual(before);
    expect(await served({ 'x-class': 'batch', 'x-secret': 'hush-hush' })).toEqual(before);
    const report = await until('all comparisons', async () => {
      const found = (await admin('GET', 'policy')).body.shadow.report;
      return found.compared === 5 ? found : undefined;
    });
    expect(report).toMatchObject({
      differing: 2,
      failed: 0,
      byKind: { outcome: 0, route: 2, 'first model': 2, attempts: 2, obligations: 1 },
    });
    const [first, second] = report.witnesses;
    expect(first).toMatchObject({
      differs: ['route', 'first model', 'attempts'],
      count: 1,
      facts: { 'request.class': 'batch' },
      live: { route: 'otherwise', models: ['one'] },
      shadow: { route: 'overnight', models: ['two', 'one'] },
    });
    expect(second.differs).toContain('obligations');
    const said = JSON.stringify(report);
    expect(said).not.toContain('hello');
    expect(said).not.toContain('hush-hush');
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('llmpolicy_shadow_decisions_total{policy="main"} 5');
    expect(metrics).toContain('llmpolicy_shadow_differences_total{policy="main",kind="route"} 2');
    const status = await policy('status');
    expect(status.out).toContain('5 compared, 2 differ (route 2, first model 2, attempts 2, obligations 1)');
    expect(status.out).toContain('otherwise [one] → overnight [two, one]');

    // Another version in force is compared with from now on; the same digest ends the trial.
    writeFileSync(join(folder, 'main.llmpolicy'), using('one then three'));
    await gateway.says('policy swapped');
    expect((await admin('GET', 'policy')).body.shadow.digest).toBeDefined();
    expect((await policy('push', 'next.llmpolicy')).exitCode).toBe(0);
    expect((await admin('GET', 'policy')).body.shadow).toBeNull();
    expect((await served({ 'x-class': 'batch' })).model).toBe('two');
  });

  it('ends when somebody says so, and covers as many requests as it should', async () => {
    const { admin, served } = await startPushed({ 'main.llmpolicy': using('one') });
    expect((await admin('PUT', 'policy?shadow=25%25', using('two'), text)).body).toMatchObject({ outcome: 'shadow' });
    const shadow = async () => (await admin('GET', 'policy')).body.shadow;
    const { digest } = await shadow();
    const ids = Array.from({ length: 40 }, (_, number) => `request-${number}`);
    const covered = ids.filter((id) => bucketOf(digest, id) < 2500).length;
    expect(covered).toBeGreaterThan(2);
    expect(covered).toBeLessThan(25);
    for (const times of [1, 2]) {
      for (const id of ids) await served({ 'x-request-id': id });
      // Comparisons take their own time.
      await until('all comparisons', async () => (await shadow()).report.compared >= times * covered || undefined);
      expect((await shadow()).report.compared).toBe(times * covered);
    }
    expect((await admin('POST', 'policy/rollback', { shadow: true })).body).toMatchObject({ shadow: null });
    expect((await admin('POST', 'policy/rollback', { shadow: true })).status).toBe(404);
    const [newest] = (await admin('GET', 'policies')).body.policies;
    expect(newest).toMatchObject({ origin: 'shadow', live: false });
  });
});
