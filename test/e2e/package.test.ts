import { cpSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { startProgram } from '../support/command.ts';
import { projectFolder } from '../support/project-folder.ts';
import { startGateway } from './gateway-process.ts';

const root = resolve(import.meta.dirname, '../..');

/** Uses the library as its readers would, with its types. */
const program = `
import { compileSource, createSource, decide, prepareFacts, readConfig, readFactsJson, type Decision } from 'llmpolicy';
import { readFileSync } from 'node:fs';

const config = readConfig(createSource('gateway.config.yaml', readFileSync('gateway.config.yaml', 'utf8')), {}).value;
const source = createSource('starter.llmpolicy', readFileSync('policies/starter.llmpolicy', 'utf8'));
const policy = config && compileSource(source, config.environment).value;
if (policy) {
  const { facts, instant } = readFactsJson(policy.checked, { 'request.model': 'broken' });
  const decision: Decision = decide(policy.program, prepareFacts(policy.program, facts, instant));
  // @ts-expect-error: the types have arrived, so this is none
  const route: number = decision.route;
  console.log(decision.attempts.map(({ model }) => model).join(' then '), 'by', route);
}
`;
const typeRoots = [join(root, 'node_modules', '@types')];
const settings = { compilerOptions: { strict: true, noEmit: true, module: 'nodenext', types: ['node'], typeRoots } };

/** How this machine reaches the registry, where it needs more than a network. */
const wayToRegistry =
  /^(?:npm_config_(?:registry|cache|userconfig|cafile)|https?_proxy|no_proxy|node_extra_ca_certs)$/i;

function registryEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => wayToRegistry.test(name));
  return Object.fromEntries(entries.map(([name, value = '']) => [name, value]));
}

async function run(folder: string, command: string, ...words: readonly string[]): Promise<string> {
  const environment = command === 'npm' ? registryEnvironment() : {};
  const { exitCode, out, err } = await startProgram(command, words, { cwd: folder, environment }).ended;
  if (exitCode !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${exitCode}:\n${out}\n${err}`);
  return out;
}

/** Building writes files: not into the checkout that is being tested. */
function copyOfCheckout(): string {
  const folder = projectFolder();
  const left = new Set(['.git', 'node_modules', 'dist'].map((name) => join(root, name)));
  cpSync(root, folder, { recursive: true, filter: (path) => !left.has(path) });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1'];
  try {
    await run(folder, 'npm', 'install', ...quietly, ...packages);
  } catch (error) {
    throw new Error('could the npm registry be reached? This test installs the package as its users do', {
      cause: error,
    });
  }
}

it('what is published installs into an empty folder, and works there', async () => {
  const tarballs = projectFolder();
  await run(copyOfCheckout(), 'npm', 'pack', '--silent', '--pack-destination', tarballs);
  const [tarball = ''] = readdirSync(tarballs);
  expect(tarball).toMatch(/^llmpolicy-\d+\.\d+\.\d+\S*\.tgz$/);

  const folder = projectFolder();
  await install(folder, join(tarballs, tarball));
  expect(await run(folder, 'npx', '--offline', 'llmpolicy', 'init')).toContain('wrote gateway.config.yaml');

  const file = join(folder, 'node_modules', '.bin', 'llmpolicy');
  expect(await run(folder, process.execPath, file, 'check', 'policies')).toContain('no errors');
  const request = ['--facts', '{"request.model":"broken"}'];
  const decided = await run(folder, process.execPath, file, 'decide', 'policies/starter.llmpolicy', ...request);
  expect(decided).toContain('plan     1. broken');
  expect(await run(folder, process.execPath, file, 'test', 'policies')).toContain('✓');
  expect(await run(folder, process.execPath, file, 'explain', 'maybe-missing')).toContain('maybe-missing');
  const gateway = await startGateway(folder, file);
  const body = '{"model":"echo","messages":[{"role":"user","content":"Hello!"}]}';
  const url = `${gateway.url}/v1/chat/completions`;
  const answer = await run(folder, 'curl', '-sS', '--fail', url, '-H', 'content-type: application/json', '-d', body);
  expect(JSON.parse(answer)).toMatchObject({ choices: [{ message: { content: 'Hello!' } }] });

  writeFileSync(join(folder, 'program.mts'), program);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, files: ['program.mts'] }));
  await run(folder, process.execPath, join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.');
  expect(await run(folder, process.execPath, 'program.mts')).toBe('broken then echo by otherwise\n');
});
