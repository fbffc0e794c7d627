import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { WrittenAttributes } from '../../config/key-attributes.ts';
import { administerKeys, type IssuedKey, type KeyAdministration } from '../../gateway/administer-keys.ts';
import { createKeyText } from '../../gateway/key-text.ts';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { StoreUnavailable } from '../../stores/store.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { openStore } from '../open-store.ts';
import { type Format, requireFormat } from '../output/format.ts';
import { renderKeys } from '../output/keys.ts';
import type { Terminal } from '../output/terminal.ts';
import { remoteKeys } from '../remote-keys.ts';
import type { Run } from '../run.ts';
import { requireConfig } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
  readonly url?: string;
}

interface CreateOptions extends Options {
  readonly name?: string;
  readonly team?: string;
  readonly user?: string;
  readonly app?: string;
  readonly tier?: string;
  readonly debug?: boolean;
  readonly set: readonly (readonly [field: string, value: string])[];
  readonly expires?: string;
  readonly forConfig?: boolean;
}

interface RotateOptions extends Options {
  readonly overlap?: string;
}

const remote = 'of a running gateway, over its /admin; the token is in LLMPOLICY_ADMIN_TOKEN';

/** `keys`: makes, lists, revokes and rotates virtual keys, in the config's store or over a gateway's `/admin`. */
export function keysCommand(program: Command, run: Run): void {
  const keys = program.command('keys').description('virtual keys: who may call the gateway, and as what');
  keys
    .command('create')
    .description('make a key; it is shown once, and only its hash is kept')
    .argument('[name]', 'what policies read as `caller.key`')
    .option('--name <name>', 'the same')
    .option('--team <team>', '`caller.team`')
    .option('--user <user>', '`caller.user`')
    .option('--app <app>', '`caller.app`')
    .option('--tier <tier>', '`caller.tier`, where the config declares it')
    .option('--debug', 'its holder may see rules and facts')
    .option('--set <name=value>', 'any other `caller.*` attribute; may be repeated', collectPair, [])
    .option('--expires <when>', 'a day, an instant, or how long it lives (`30d`); default: never')
    .option('--for-config', 'keep it nowhere, and print the line for `keys:` in the config')
    .option('--url <url>', remote)
    .action((name: string | undefined, _, command: Command) =>
      run((terminal) => create(terminal, name, command.optsWithGlobals<CreateOptions>())),
    );
  keys
    .command('list')
    .description('every key, revoked and expired ones too; never the key itself')
    .option('--url <url>', remote)
    .action((_, command: Command) => run((terminal) => list(terminal, command.optsWithGlobals<Options>())));
  keys
    .command('revoke')
    .description('refuse a key from now on, in every process, for good')
    .argument('<name>')
    .option('--url <url>', remote)
    .action((name: string, _, command: Command) =>
      run((terminal) => revoke(terminal, name, command.optsWithGlobals<Options>())),
    );
  keys
    .command('rotate')
    .description('give a key another text; the one before ends at once, or after --overlap')
    .argument('<name>')
    .option('--overlap <duration>', 'how long the one before goes on working (`1h`)')
    .option('--url <url>', remote)
    .action((name: string, _, command: Command) =>
      run((terminal) => rotate(terminal, name, command.optsWithGlobals<RotateOptions>())),
    );
}

type Pairs = CreateOptions['set'];

function collectPair(written: string, before: Pairs): Pairs {
  const [, field, value] = /^([^=]+)=(.*)$/s.exec(written) ?? [];
  if (field === undefined || value === undefined) {
    throw new CommandError(`--set ${written}: write an attribute and its value, such as \`--set tier=gold\``);
  }
  return [...before, [field.replace(/^caller\./, ''), value]];
}

function attributesOf({ team, user, app, tier, debug, set }: CreateOptions): WrittenAttributes {
  const named = Object.entries({ team, user, app, tier, debug }).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...named, ...set]);
}

async function create(terminal: Terminal, named: string | undefined, options: CreateOptions): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const name = named ?? options.name;
  if (name === undefined) throw new CommandError('give the key a name: `llmpolicy keys create NAME`');
  if (options.forConfig) return createForConfig(terminal, name, options, format);
  const { expires } = options;
  const issued = await withKeys(options, (keys) =>
    keys.create({ name, attributes: attributesOf(options), ...(expires === undefined ? {} : { expires }) }),
  );
  return show(terminal, issued, format);
}

/** The config's author adds the attributes, which the config then checks. */
function createForConfig(terminal: Terminal, name: string, options: CreateOptions, format: 'human' | 'json'): ExitCode {
  if (options.expires !== undefined) throw new CommandError('a key of the config does not expire: take it out of it');
  const key = createKeyText();
  const entry = { name, hash: `sha256:${hash('sha256', key, 'hex')}`, ...attributesOf(options) };
  if (format === 'json') terminal.out(JSON.stringify({ key, entry }, null, 2));
  else {
    terminal.out(key);
    terminal.err(`shown once. Below \`keys:\` in the config write\n  - ${JSON.stringify(entry)}`);
  }
  return exitCodes.ok;
}

async function list(terminal: Terminal, options: Options): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const keys = await withKeys(options, (administration) => administration.list());
  terminal.out(format === 'json' ? JSON.stringify({ keys }, null, 2) : renderKeys(keys));
  return exitCodes.ok;
}

async function revoke(terminal: Terminal, name: string, options: Options): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const view = await withKeys(options, (keys) => keys.revoke(name));
  if (format === 'json') terminal.out(JSON.stringify(view, null, 2));
  else terminal.err(`\`${name}\` is revoked: every process of the gateway refuses it within a second`);
  return exitCodes.ok;
}

async function rotate(terminal: Terminal, name: string, options: RotateOptions): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const { overlap } = options;
  const issued = await withKeys(options, (keys) => keys.rotate(name, overlap === undefined ? {} : { overlap }));
  return show(terminal, issued, format);
}

/** The key alone on standard output, so that a script can take it. */
function show(terminal: Terminal, issued: IssuedKey, format: 'human' | 'json'): ExitCode {
  if (format === 'json') {
    terminal.out(JSON.stringify(issued, null, 2));
    return exitCodes.ok;
  }
  terminal.out(issued.key);
  const until = issued.expiresAt === null ? '' : `, until ${issued.expiresAt}`;
  const before = issued.overlapUntil === null ? '' : `; the one before works until ${issued.overlapUntil}`;
  terminal.err(`the key \`${issued.name}\`${until}: shown once, only its hash is kept${before}`);
  return exitCodes.ok;
}

async function withKeys<Answer>(options: Options, work: (keys: KeyAdministration) => Promise<Answer>): Promise<Answer> {
  if (options.url !== undefined) return work(remoteKeys(options.url));
  const { config, path } = requireConfig(options.config);
  if (config.store.url === 'memory') {
    throw new CommandError(
      'the store of this config is memory, which only the running gateway has: add --url http://HOST:PORT, ' +
        'with its admin token in LLMPOLICY_ADMIN_TOKEN',
    );
  }
  const store = await openStore(config, dirname(path));
  try {
    return await work(administerKeys(config, store.keys, Date.now));
  } catch (error) {
    if (error instanceof GatewayError) throw new CommandError(error.message, exitCodes.failed);
    if (error instanceof StoreUnavailable) throw new CommandError(error.message);
    throw error;
  } finally {
    await store.close();
  }
}
