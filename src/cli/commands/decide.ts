import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { PolicyProgram } from '../../compile/program.ts';
import { factNamesOf, type ReadPolicy } from '../../compile/read-policy.ts';
import { createPolicyChoice } from '../../config/choose-policy.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { decide } from '../../decide/decide.ts';
import type { Decision } from '../../decide/decision.ts';
import { explainDecision } from '../../decide/explain.ts';
import type { Facts } from '../../decide/facts.ts';
import { prepareFacts } from '../../decide/prepare-facts.ts';
import { readFactsJson } from '../../decide/read-facts.ts';
import { readValue } from '../../semantics/read-value.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { renderDecision } from '../output/decision.ts';
import { type Format, requireFormat } from '../output/format.ts';
import type { Terminal } from '../output/terminal.ts';
import { callerNamed, factsOfRequest } from '../request-facts.ts';
import type { Run } from '../run.ts';
import { readText, requireConfig, requirePolicy } from '../workspace.ts';

interface Options {
  readonly config?: string;
  readonly format: Format;
  readonly facts?: string;
  readonly request?: string;
  readonly header: readonly string[];
  readonly key?: string;
  readonly explain?: boolean;
}

/** `decide POLICY`: the decision that the gateway would take, without a gateway. */
export function decideCommand(program: Command, run: Run): void {
  const repeat = (value: string, before: readonly string[]) => [...before, value];
  program
    .command('decide')
    .description('a dry run: the decision that the gateway would take')
    .argument('[policy]', 'a policy file, or one that `compile` wrote (default: the config’s, chosen by the key)')
    .addOption(new Option('--facts <json>', 'facts: JSON, a file of it, or - for standard input').conflicts('request'))
    .option('--request <file>', 'the body of a request to any of the APIs, or - for standard input')
    .option('--header <name: value>', 'a header of the request; may be repeated', repeat, [])
    .option('--key <name>', 'the virtual key, by its name in the config')
    .option('--explain', 'say which rule did what, and why')
    .action((path: string | undefined, _, command: Command) =>
      run((terminal) => dryRun(terminal, path, command.optsWithGlobals<Options>())),
    );
}

async function dryRun(terminal: Terminal, named: string | undefined, options: Options): Promise<ExitCode> {
  const format = requireFormat(options.format, ['human', 'json']);
  const { config, path: configPath } = requireConfig(options.config);
  const given = options.request === undefined ? readGiven(options.facts ?? '{}') : {};
  const path = named ?? chosenPolicy(config, configPath, options.key, given);
  const policy = requirePolicy(path, config.environment, dirname(configPath));
  const facts = await gatherFacts(config, policy.program, options, given);
  const decision = options.explain ? explain(path, policy, facts) : decide(policy.program, facts);
  terminal.out(format === 'json' ? JSON.stringify(decision, null, 2) : renderDecision(decision));
  return exitCodes.ok;
}

/** The policy that would decide for the key that is named, or whose attributes the facts state. */
function chosenPolicy(config: GatewayConfig, configPath: string, key: string | undefined, stated: unknown): string {
  const { attributes, currency } = config.environment;
  const given = Object.entries(stated ?? {}).flatMap(([name, written]) => {
    const attribute = name.startsWith('caller.') ? attributes.get(name) : undefined;
    const value = attribute && readValue(attribute.type, written, currency);
    return value === undefined ? [] : [[name, value] as const];
  });
  const callerFacts = key === undefined ? new Map(given) : callerNamed(config, key).facts;
  const chosen = config.policies[createPolicyChoice(config.policies, config.environment)(callerFacts)];
  return resolve(dirname(configPath), chosen?.path ?? '');
}

function explain(path: string, { checked, program }: ReadPolicy, facts: Facts): Decision {
  if (checked) return explainDecision(checked, program, facts);
  throw new CommandError(
    `${path} is a compiled policy, and explanations show the text: leave --explain out, or decide with that text`,
  );
}

async function gatherFacts(
  config: GatewayConfig,
  program: PolicyProgram,
  options: Options,
  given: unknown,
): Promise<Facts> {
  if (options.request !== undefined) {
    const body = parseJson(readInput(options.request), options.request);
    const facts = await factsOfRequest(config, body, options.header, options.key, program.requiredFacts);
    return prepareFacts(program, facts, Date.now());
  }
  if (options.header.length > 0 || options.key !== undefined) {
    throw new CommandError(
      '--header and --key go with --request FILE; with --facts, give the facts that they stand for',
    );
  }
  const { facts, instant, problems } = readFactsJson(factNamesOf(program, config.environment), given);
  if (problems.length > 0) throw new CommandError(problems.join('\nllmpolicy: '));
  requireWords(config, program, facts);
  return prepareFacts(program, facts, instant);
}

/** A required enum without a default has no neutral value: it must be given if the decision reads it. */
function requireWords(config: GatewayConfig, program: PolicyProgram, facts: Facts): void {
  const { attributes } = config.environment;
  const missing = program.requiredFacts.filter((key) => {
    const attribute = attributes.get(key);
    return attribute?.presence.kind === 'required' && attribute.type.kind === 'enum' && !facts.has(key);
  });
  if (missing.length > 0) {
    throw new CommandError(
      `give ${missing.map((key) => `\`${key}\``).join(', ')}: required, without a default, and read by this policy`,
    );
  }
}

/** What `--facts` gives: JSON, or a file of it. */
function readGiven(given: string): unknown {
  const inline = given.trimStart().startsWith('{');
  return parseJson(inline ? given : readInput(given), inline ? '--facts' : given);
}

function readInput(name: string): string {
  return name === '-' ? readFileSync(0, 'utf8') : readText(name);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
