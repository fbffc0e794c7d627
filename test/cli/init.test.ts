import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../e2e/gateway-process.ts';
import { runCommand, runMain } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

describe('init', () => {
  it('writes what `check` accepts and `serve` serves', async () => {
    const folder = join(projectFolder(), 'deep', 'new');
    const { exitCode, out, err } = await runMain('init', folder);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(filesIn(folder)).toEqual(expect.arrayContaining(['gateway.config.yaml', 'policies/starter.llmpolicy']));
    for (const file of filesIn(folder)) expect(out).toContain(`wrote ${join(folder, file)}\n`);
    const checked = await runCommand(['check', 'policies'], { cwd: folder });
    expect(checked).toMatchObject({ exitCode: 0, err: '' });
    const gateway = await startGateway(folder);
    const answer = await gateway.client.chat.completions.create({
      model: 'echo',
      messages: [{ role: 'user', content: 'Hello!' }],
    });
    expect(answer.choices[0]?.message.content).toBe('Hello!');
  });

  it('never overwrites a file, and then writes no other either', async () => {
    const folder = projectFolder({ 'policies/starter.llmpolicy': 'mine' });
    const { exitCode, out, err } = await runMain('init', folder);
    expect(err).toContain(`${join(folder, 'policies/starter.llmpolicy')} exists already; nothing was written`);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(filesIn(folder)).toEqual(['policies/starter.llmpolicy']);
    expect(readFileSync(join(folder, 'policies/starter.llmpolicy'), 'utf8')).toBe('mine');
  });

  it('says what it cannot write', async () => {
    const folder = projectFolder();
    writeFileSync(join(folder, 'a-file'), '');
    const { exitCode, err } = await runMain('init', join(folder, 'a-file'));
    expect(err).toMatch(/^llmpolicy: cannot write \S+gateway\.config\.yaml: /);
    expect(exitCode).toBe(2);
  });
});
