import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { adminToken, pushedConfig, startPushed, stopped, using } from './pushed-policies.ts';

const usingTwo = using('two');
const text = 'text/plain';

describe('PUT /admin/policy', () => {
  it('swaps a text in, tells who and why, and goes back', async () => {
    const { admin, served } = await startPushed({ 'main.llmpolicy': using('one') });
    const before = await served();
    const pushed = await admin('PUT', 'policy?by=ada&message=cheaper', usingTwo, text);
    expect(pushed).toMatchObject({ status: 200, body: { ok: true, outcome: 'swapped', origin: 'push', by: 'ada' } });
    const after = await served();
    expect(after).toEqual({ digest: pushed.body.digest, model: 'two' });
    const live = await admin('GET', 'policy');
    expect(live.body).toMatchObject({
      name: 'main',
      digest: after.digest,
      origin: 'push',
      message: 'cheaper',
      entry: 'policy.llmpolicy',
      files: { 'policy.llmpolicy': usingTwo },
      source: 'file',
      file: { digest: before.digest },
      differ: true,
    });
    expect(await admin('PUT', 'policy', usingTwo, text)).toMatchObject({ body: { outcome: 'unchanged' } });
    const history = await admin('GET', 'policies');
    expect(history.body.policies).toMatchObject([
      { digest: after.digest, origin: 'push', by: 'ada', message: 'cheaper', live: true },
      { digest: before.digest, origin: 'file', by: 'file', message: 'main.llmpolicy', live: false },
    ]);
    const back = await admin('POST', 'policy/rollback', { by: 'bob', message: 'too cheap' });
    expect(back).toMatchObject({ status: 200, body: { digest: before.digest, origin: 'rollback', by: 'bob' } });
    expect(await served()).toEqual(before);
    expect(await admin('POST', 'policy/rollback')).toMatchObject({
      status: 404,
      body: { error: { message: 'there is no version before the one in force' } },
    });
    const forth = await admin('POST', 'policy/rollback', { digest: after.digest.slice(0, 16) });
    expect(forth.body.digest).toBe(after.digest);
    expect(await served()).toEqual(after);
  });

  it('refuses what cannot be served, with everything that is wrong, while the version in force goes on', async () => {
    const { admin, served } = await startPushed({ 'main.llmpolicy': using('one') });
    const before = await served();
    const failing = using('one then two', 'main', 'test "two first" { given {} expect plan [ two, one ] }');
    for (const [pushed, codes] of [
      [using('onee then twoo'), ['unknown-model', 'unknown-model']],
      [`${usingTwo}cache semantic above 95% ttl 1h\n`, ['not-enforced']],
      [failing, ['test-failed']],
      ['edition 2026\npolicy "main" extends "./org.llmpolicy"\nroutes { otherwise use one }\n', ['bad-parent']],
    ] as const) {
      const { status, body } = await admin('PUT', 'policy', pushed, text);
      expect([status, body.ok, body.error?.code]).toEqual([422, false, 'policy_refused']);
      expect(body.diagnostics.map(({ code }: { code: string }) => code)).toEqual(codes);
      expect(body.diagnostics[0]).toMatchObject({ file: 'policy.llmpolicy', line: expect.any(Number) });
    }
    for (const body of ['', '{ "entry": 1 }', '{ "entry": "a", "files": { "b": "" } }', '{ not JSON']) {
      expect((await admin('PUT', 'policy', body)).status).toBe(400);
    }
    for (const query of [
      'policy?shadow=0%25',
      'policy?shadow=lots',
      'policy?policy=nobody',
      'policy?colour=red',
      'policy?by=%1b',
    ]) {
      expect((await admin('PUT', query, usingTwo, text)).status).toBe(400);
    }
    expect(await served()).toEqual(before);
    expect((await admin('GET', 'policies')).body.policies).toHaveLength(1);
  });

  it('takes layers from the files that were pushed, and from nowhere else', async () => {
    const org = 'edition 2026\npolicy "org"\ndeny model when model == one\n';
    const child = (parent: string) =>
      `edition 2026\npolicy "main" extends "${parent}"\nroutes { otherwise use one then two }\n`;
    const { admin, served, folder } = await startPushed({ 'main.llmpolicy': using('one'), 'org.llmpolicy': org });
    const files = { 'apps/main.llmpolicy': child('../org.llmpolicy'), 'org.llmpolicy': org };
    const pushed = await admin('PUT', 'policy', { entry: 'apps/main.llmpolicy', files, by: 'ada', message: 'layers' });
    expect(pushed).toMatchObject({ status: 200, body: { by: 'ada', message: 'layers' } });
    expect((await served()).model).toBe('two');
    expect((await admin('GET', 'policy')).body.files).toEqual(files);
    for (const path of ['./org.llmpolicy', '../org.llmpolicy', join(folder, 'org.llmpolicy'), '/etc/hostname']) {
      const entry = 'main.llmpolicy';
      const refused = await admin('PUT', 'policy', { entry, files: { [entry]: child(path) } });
      expect(refused.status).toBe(422);
      expect(refused.body.diagnostics[0].message).toContain('is not among the files that were pushed');
    }
  });

  it('takes a compiled policy', async () => {
    const { admin, served, folder } = await startPushed({ 'main.llmpolicy': using('one'), 'two.llmpolicy': usingTwo });
    const { out } = await runCommand(['compile', 'two.llmpolicy'], { cwd: folder });
    const pushed = await admin('PUT', 'policy', out);
    expect(pushed).toMatchObject({ status: 200, body: { outcome: 'swapped' } });
    expect(await served()).toEqual({ digest: pushed.body.digest, model: 'two' });
    expect((await admin('PUT', 'policy', out.replace('"digest": "sha256:', '"digest": "sha256:0'))).status).toBe(422);
  });
});

describe('llmpolicy policy', () => {
  it('pushes with all layers, lists, goes back and tells how things stand', async () => {
    const files = {
      'main.llmpolicy': using('one'),
      'policies/org.llmpolicy': 'edition 2026\npolicy "org"\ndeny model when model == one\n',
      'policies/next.llmpolicy': `edition 2026\npolicy "main" extends "./org.llmpolicy"\nroutes { otherwise use one then two }\n`,
      'policies/wrong.llmpolicy': using('tow'),
      'policies/lost.llmpolicy': 'edition 2026\npolicy "main" extends "./nobody.llmpolicy"\n',
    };
    const { folder, url, served } = await startPushed(files);
    const environment = { LLMPOLICY_ADMIN_TOKEN: adminToken };
    const policy = (...words: string[]) => runCommand(['policy', ...words, '--url', url], { cwd: folder, environment });
    const before = await served();
    const [pushed, listed, wrong, lost] = [
      await policy('push', 'policies/next.llmpolicy', '--message', 'no more one', '--by', 'ada'),
      await policy('list', '--format', 'json'),
      await policy('push', 'policies/wrong.llmpolicy'),
      await policy('push', 'policies/lost.llmpolicy'),
    ];
    const after = await served();
    expect(after.model).toBe('two');
    expect(pushed).toMatchObject({ exitCode: 0, out: `policy main swapped: ${after.digest}\n` });
    expect(JSON.parse(listed.out).policies).toMatchObject([
      { digest: after.digest, by: 'ada', message: 'no more one', live: true },
      { digest: before.digest, origin: 'file' },
    ]);
    expect(wrong).toMatchObject({ exitCode: 1, out: '' });
    expect(wrong.err).toContain('error[unknown-model]');
    expect(wrong.err).toContain('policies/wrong.llmpolicy:3:24');
    expect(wrong.err).toContain('did you mean `two`?');
    expect(lost.exitCode).toBe(1);
    expect(lost.err).toContain('error[bad-parent]');
    const [status, rolled, unknown] = [
      await policy('status'),
      await policy('rollback', '--format', 'json'),
      await policy('rollback', 'sha256:0123456789'),
    ];
    expect(status).toMatchObject({ exitCode: 0 });
    expect(status.out).toContain(`live     ${after.digest}`);
    expect(status.out).toContain('file and store differ');
    expect(JSON.parse(rolled.out)).toMatchObject({ digest: before.digest, origin: 'rollback' });
    expect(unknown).toMatchObject({ exitCode: 1, out: '' });
    expect(unknown.err).toContain('no version `sha256:0123456789` is in the history');
    expect(await served()).toEqual(before);
    const elsewhere = await runCommand(['policy', 'status', '--url', 'http://127.0.0.1:1'], {
      cwd: folder,
      environment,
    });
    expect(elsewhere).toMatchObject({ exitCode: 2, out: '' });
  });
});

describe('policy_source', () => {
  const restarted = async (source: 'file' | 'store') => {
    const first = await startPushed({
      'gateway.config.yaml': pushedConfig(`policy: main.llmpolicy\npolicy_source: ${source}`),
      'main.llmpolicy': using('one'),
    });
    const file = await first.served();
    const pushed = (await first.admin('PUT', 'policy', usingTwo, text)).body.digest;
    await stopped(first);
    return { file, pushed, second: await startPushed({}, first.folder) };
  };

  it('`store`: what was pushed last is served after a restart, and an edit of the file is not', async () => {
    const { pushed, second } = await restarted('store');
    expect(await second.served()).toEqual({ digest: pushed, model: 'two' });
    writeFileSync(join(second.folder, 'main.llmpolicy'), using('three'));
    await second.says('for the store is the truth');
    expect((await second.served()).model).toBe('two');
    expect((await second.admin('GET', 'policy')).body).toMatchObject({ origin: 'push', source: 'store', differ: true });
  });

  it('`file`: the file is, and everybody is told that they differ', async () => {
    const { file, pushed, second } = await restarted('file');
    expect(await second.served()).toEqual(file);
    const ready = await (await fetch(`${second.url}/readyz`)).json();
    const policies = [{ name: 'main', digest: file.digest, origin: 'file', differ: true, behind: false }];
    expect(ready).toEqual({ status: 'ready', store: 'reachable', ledger: 'writable', policies });
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    expect(metrics).toContain(`llmpolicy_policy_info{policy="main",digest="${file.digest}",origin="file"} 1`);
    expect(metrics).toContain('llmpolicy_policy_differs{policy="main"} 1');
    expect((await second.admin('GET', 'policy')).body.store).toMatchObject({ digest: pushed, by: 'admin' });
    // Whoever wants it back says so.
    await second.admin('POST', 'policy/rollback', { digest: pushed });
    expect((await second.served()).digest).toBe(pushed);
  });
});
