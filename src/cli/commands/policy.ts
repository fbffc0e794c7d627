import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { isCompiled } from '../../compile/read-compiled.ts';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import type { PolicyContent } from '../../gateway/policy-content.ts';
import { linkLayers } from '../../semantics/link-layers.ts';
import { GatewayRefusal } from '../admin-door.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderHistory, renderStatus } from '../output/policies.ts';
import { renderDiagnostics, type Terminal } from '../output/terminal.ts';
import { readFindings } from '../read-findings.ts';
import { type RemoteStatus, remotePolicies } from '../remote-policies.ts';
import type { Run } from '../run.ts';
import { openPolicyFile } from '../serve/policy-files.ts';
import { FoundErrors, findConfigHere, loadConfig } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
  readonly url?: string;
}

interface ChangeOptions extends Options {
  readonly policy?: string;
  readonly by?: string;
  readonly message?: string;
}

type PushOptions = ChangeOptions & { readonly shadow?: string };
type RollbackOptions = ChangeOptions & { readonly shadow?: boolean };

/** `policy`: hot swap on a running gateway, over its `/admin`. */
export function policyCommand(program: Command, run: Run): void {
  const policy = program
    .command('policy')
    .description('the policies of a running gateway: push, list, rollback, status');
  const remote = (command: Command) =>
    command.option(
      '--url <url>',
      'the gateway (default: where the config has it listen); LLMPOLICY_ADMIN_TOKEN has its token',
    );
  const change = (command: Command) =>
    remote(command)
      .option('--policy <name>', 'which policy, where the gateway serves several')
      .option('--by <name>', 'who does it (default: the user of this machine)')
      .option('--message <text>', 'why');
  change(policy.command('push'))
    .description('check a policy on the gateway, with all its layers and tests, and swap it in')
    .argument('<file>', 'a policy file, or one that `compile` wrote')
    .option('--shadow <share>', 'decide this share of the requests with it too (`10%`), and obey the one in force')
    .action((file: string, _, command: Command) =>
      run((terminal) => push(terminal, file, command.optsWithGlobals<PushOptions>())),
    );
  remote(policy.command('list'))
    .description('the versions that there were, newest first')
    .action((_, command: Command) => run((terminal) => list(terminal, command.optsWithGlobals<Options>())));
  change(policy.command('rollback'))
    .description('go back to a version of the list')
    .argument('[digest]', 'its digest, or the beginning of it (default: the version before)')
    .option('--shadow', 'end what is tried in the shadow, in place of that')
    .action((digest: string | undefined, _, command: Command) =>
      run((terminal) => rollback(terminal, digest, command.optsWithGlobals<RollbackOptions>())),
    );
  remote(policy.command('status'))
    .description('what is in force and where it comes from, and what a shadow has found')
    .action((_, command: Command) => run((terminal) => status(terminal, command.optsWithGlobals<Options>())));
}

async function push(terminal: Terminal, file: string, options: PushOptions): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const content = layersOf(file, options);
  try {
    const request = { content, policy: options.policy, share: undefined, ...bringer(options) };
    const pushed = await gatewayOf(options).push(request, options.shadow);
    if (format === 'json') terminal.out(JSON.stringify(pushed, null, 2));
    else {
      const findings = readFindings(pushed, content) ?? [];
      if (findings.length > 0) terminal.err(renderDiagnostics(findings));
      terminal.out(describePush(pushed, pushed.outcome));
    }
    return exitCodes.ok;
  } catch (error) {
    const findings = error instanceof GatewayRefusal ? readFindings(error.answer, content) : undefined;
    if (!(error instanceof GatewayRefusal) || findings === undefined) throw error;
    if (format === 'json') terminal.out(JSON.stringify(error.answer, null, 2));
    else terminal.err(`${renderDiagnostics(findings)}\nnot swapped: the version in force goes on serving`);
    return exitCodes.failed;
  }
}

function describePush({ name, digest, shadow }: RemoteStatus, outcome: string): string {
  if (outcome === 'shadow') return `policy ${name}: ${shadow?.digest} is tried on ${shadow?.share} of requests`;
  return `policy ${name} ${outcome}: ${digest}`;
}

async function list(terminal: Terminal, options: Options): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const history = await gatewayOf(options).history();
  terminal.out(format === 'json' ? JSON.stringify(history, null, 2) : renderHistory(history.policies));
  return exitCodes.ok;
}

async function rollback(terminal: Terminal, digest: string | undefined, options: RollbackOptions): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const gateway = gatewayOf(options);
  const request = { digest, policy: options.policy, ...bringer(options) };
  const after = await (options.shadow ? gateway.endShadow(request) : gateway.rollback(request));
  const said = options.shadow ? 'nothing is tried in the shadow any more' : `swapped: ${after.digest}`;
  terminal.out(format === 'json' ? JSON.stringify(after, null, 2) : `policy ${after.name} ${said}`);
  return exitCodes.ok;
}

/** Fails where a version of the store cannot be served: whoever waits for it should know. */
async function status(terminal: Terminal, options: Options): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const found = await gatewayOf(options).status();
  terminal.out(format === 'json' ? JSON.stringify(found, null, 2) : renderStatus(found));
  return found.policies.every(({ problem }) => problem === null) ? exitCodes.ok : exitCodes.failed;
}

/** The policy with everything that it extends, below the folder of the config. */
function layersOf(path: string, { config }: Options): PolicyContent {
  const configPath = findConfigHere(config);
  const file = openPolicyFile(path, configPath === undefined ? process.cwd() : dirname(resolve(configPath)));
  if (isCompiled(file.source)) return file.content();
  // What else is wrong with it the gateway says, which knows its config.
  const { diagnostics } = linkLayers(file.source, file.resolve);
  const unreadable = diagnostics.filter(({ code }) => code === 'bad-parent');
  if (hasErrors(unreadable)) throw new FoundErrors(unreadable);
  return file.content();
}

function gatewayOf({ url, config }: Options) {
  return remotePolicies(url ?? listeningAddress(config));
}

/** Who listens everywhere is reached here. */
const everywhere: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
  ['[::]', '[::1]'],
  ['::1', '[::1]'],
]);

const usualAddress = 'http://127.0.0.1:8080';

function listeningAddress(named: string | undefined): string {
  const path = findConfigHere(named);
  const server = path === undefined ? undefined : loadConfig(path).value?.server;
  if (server === undefined) return usualAddress;
  return `http://${everywhere.get(server.host) ?? server.host}:${server.port}`;
}

function bringer({ by, message }: ChangeOptions) {
  return { by: by ?? userInfo().username, message: message ?? null };
}
