import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { parse } from '@marcbachmann/cel-js';
import { LogicEngine } from 'json-logic-engine';
import jsonLogic from 'json-logic-js';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { compileSource } from '../../src/compile/compile-source.ts';
import type { PolicyProgram } from '../../src/compile/program.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { firstHolding } from '../../src/decide/ask-index.ts';
import { decide } from '../../src/decide/decide.ts';
import { readRow } from '../../src/decide/evaluate.ts';
import { loadProgram } from '../../src/decide/load-program.ts';
import { createSource, type Source } from '../../src/diagnostics/source.ts';
import { checkPolicy } from '../../src/semantics/check-policy.ts';
import type { Environment } from '../../src/semantics/environment.ts';
import { linkLayers, noParents } from '../../src/semantics/link-layers.ts';
import type { Value } from '../../src/semantics/types.ts';
import { attributeNames, type Family, type Test } from './families.ts';

/** An engine made ready for the rules of a family: called with the number of a request, it says which rule counts. */
export interface Prepared {
  readonly compileMs: number;
  readonly ask: (request: number) => unknown;
}

export interface Engine {
  readonly name: string;
  /** Engines that take seconds for a family of this size are not asked. */
  readonly mostRules: number;
  readonly prepare: (family: Family) => Prepared;
}

function timed(prepare: () => Prepared['ask']): Prepared {
  const start = performance.now();
  const ask = prepare();
  return { compileMs: performance.now() - start, ask };
}

// llmpolicy: a whole decision, obligations included

const config = `version: 1
policy: none
providers: { p: { kind: sandbox, region: eu } }
models:
  small: { provider: p, price_in: $1, price_out: $2, context_window: 1M }
  large: { provider: p, price_in: $2, price_out: $4, context_window: 1M }
attributes:
  caller.tier: { type: enum, values: [free, gold, internal], default: free }
${attributeNames.map((name) => `  request.${name}: { type: count, default: 0, from: [header x-${name}] }`).join('\n')}
`;

const keys: Readonly<Record<string, string>> = {
  team: 'caller.team',
  tokens: 'request.input_tokens',
  tier: 'caller.tier',
};
const keyOf = (attribute: string): string => keys[attribute] ?? `request.${attribute}`;

function policyOf({ rules }: Family): string {
  const routes = rules.map(
    (tests, index) => `  route r${index} when ${tests.map(writeTest).join(' and ')}\n    use large then small`,
  );
  return [
    'edition 2026\npolicy "bench"',
    'deny model when request.has_images and model == small',
    'require caller.team is known else reject 403',
    `routes {\n${routes.join('\n')}\n  otherwise use small\n}`,
    'budget month $500 per month for each caller.team\n  at 100% use small\n  at 120% reject 402',
    'limit rpm 60 req per min for each caller.key',
    'cap output 4k tok when caller.tier == free',
    'tag tier = caller.tier',
  ].join('\n');
}

function writeTest(test: Test): string {
  const key = keyOf(test.attribute);
  if ('equals' in test) return `${key} == ${JSON.stringify(test.equals)}`;
  if ('among' in test) return `${key} in { ${test.among.join(', ')} }`;
  return `${key} > ${test.above}${test.attribute === 'tokens' ? ' tok' : ''}`;
}

interface OwnPolicy {
  readonly source: Source;
  readonly environment: Environment;
  readonly facts: readonly ReadonlyMap<string, Value>[];
}

function ownPolicy(family: Family): OwnPolicy {
  const environment = readConfig(createSource('config', config), {}).value?.environment;
  if (!environment) throw new Error('the bench has a config with errors');
  const source = createSource('bench.llmpolicy', policyOf(family));
  const facts = family.requests.map(
    (request) =>
      new Map<string, Value>([
        ['caller.team', 'a'],
        ...Object.entries(request).map(([name, value]) => [keyOf(name), value] as const),
      ]),
  );
  return { source, environment, facts };
}

function compileOwn({ source, environment }: OwnPolicy): PolicyProgram {
  const { value, diagnostics } = compileSource(source, environment);
  if (!value) throw new Error(diagnostics[0]?.message);
  return value.program;
}

const wholeDecision: Engine = {
  name: 'llmpolicy (whole decision)',
  mostRules: 10_000,
  prepare: (family) => {
    const own = ownPolicy(family);
    return timed(() => {
      const program = compileOwn(own);
      return (request) => decide(program, own.facts[request] ?? new Map());
    });
  },
};

/** What the other engines do: find the rule. */
const routesAlone: Engine = {
  name: 'llmpolicy (routes alone)',
  mostRules: 10_000,
  prepare: (family) => {
    const own = ownPolicy(family);
    return timed(() => {
      const program = compileOwn(own);
      const { choices, codes } = loadProgram(program);
      return (request) => {
        const row = readRow(program, own.facts[request] ?? new Map());
        codes.begin(row);
        return firstHolding(choices, codes, row);
      };
    });
  },
};

/** Milliseconds from a policy's text to its program, step by step. */
export function phasesOf(family: Family): Readonly<Record<'parse' | 'check' | 'compile', number>> {
  const { source, environment } = ownPolicy(family);
  const start = performance.now();
  const layers = linkLayers(source, noParents).value ?? [];
  const parsed = performance.now();
  const policy = checkPolicy(layers, environment).value;
  const checked = performance.now();
  if (policy) compilePolicy(policy);
  return { parse: parsed - start, check: checked - parsed, compile: performance.now() - checked };
}

// A plain ordered list of functions

const closures: Engine = {
  name: 'ordered closures',
  mostRules: 10_000,
  prepare: ({ rules, requests }) =>
    timed(() => {
      const asks = rules.map((tests) => tests.map(closureOf));
      return (request) => {
        const values = requests[request] ?? {};
        return asks.findIndex((tests) => tests.every((test) => test(values)));
      };
    }),
};

type Values = Readonly<Record<string, string | number>>;

function closureOf(test: Test): (values: Values) => boolean {
  const { attribute } = test;
  if ('equals' in test) return (values) => values[attribute] === test.equals;
  if ('among' in test) return (values) => test.among.includes(String(values[attribute]));
  return (values) => Number(values[attribute]) > test.above;
}

// JsonLogic, interpreted and built

function logicOf(test: Test): jsonLogic.RulesLogic {
  const value = { var: test.attribute };
  if ('equals' in test) return { '===': [value, test.equals] };
  if ('among' in test) return { in: [value, [...test.among]] } as jsonLogic.RulesLogic;
  return { '>': [value, test.above] } as jsonLogic.RulesLogic;
}

const chainOf = ({ rules }: Family): jsonLogic.RulesLogic =>
  ({ if: [...rules.flatMap((tests, index) => [{ and: tests.map(logicOf) }, index]), -1] }) as jsonLogic.RulesLogic;

const jsonLogicJs: Engine = {
  name: 'json-logic-js',
  mostRules: 10_000,
  prepare: (family) =>
    timed(() => {
      const logic = chainOf(family);
      return (request) => jsonLogic.apply(logic, family.requests[request]);
    }),
};

const jsonLogicEngine: Engine = {
  name: 'json-logic-engine (built)',
  mostRules: 10_000,
  prepare: (family) =>
    timed(() => {
      const built = new LogicEngine().build(chainOf(family)) as (data: unknown) => unknown;
      return (request) => built(family.requests[request]);
    }),
};

// CEL: expressions parsed once, asked in order

const cel: Engine = {
  name: '@marcbachmann/cel-js',
  mostRules: 10_000,
  prepare: ({ rules, requests }) =>
    timed(() => {
      const asks = rules.map((tests) => parse(tests.map(celOf).join(' && ')));
      const contexts = requests.map((request) =>
        Object.fromEntries(
          Object.entries(request).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
        ),
      );
      return (request) => asks.findIndex((ask) => ask(contexts[request]) === true);
    }),
};

function celOf(test: Test): string {
  if ('equals' in test) return `${test.attribute} == ${JSON.stringify(test.equals)}`;
  if ('among' in test) return `${test.attribute} in ${JSON.stringify(test.among)}`;
  return `${test.attribute} > ${test.above}`;
}

// Cedar: a policy set parsed once; it says which policies hold, not which is first

const cedar: Engine = {
  name: '@cedar-policy/cedar-wasm',
  // Ten thousand take tens of milliseconds a decision and gigabytes to prepare.
  mostRules: 1000,
  prepare: ({ name, rules, requests }) =>
    timed(() => {
      const id = `${name}-${rules.length}`;
      const policies = Object.fromEntries(
        rules.map((tests, index) => [
          `r${index}`,
          `permit(principal, action, resource) when { ${tests.map(cedarOf).join(' && ')} };`,
        ]),
      );
      const answer = preparsePolicySet(id, { staticPolicies: policies });
      if (answer.type !== 'success') throw new Error('Cedar refuses the policies');
      const entity = (type: string) => ({ type, id: 'x' });
      return (request) =>
        statefulIsAuthorized({
          principal: entity('User'),
          action: entity('Action'),
          resource: entity('Model'),
          context: { ...requests[request] },
          preparsedPolicySetId: id,
          entities: [],
        });
    }),
};

function cedarOf(test: Test): string {
  if ('equals' in test) return `context.${test.attribute} == ${JSON.stringify(test.equals)}`;
  if ('among' in test) return `${JSON.stringify(test.among)}.contains(context.${test.attribute})`;
  return `context.${test.attribute} > ${test.above}`;
}

export const engines: readonly Engine[] = [
  wholeDecision,
  routesAlone,
  closures,
  jsonLogicEngine,
  jsonLogicJs,
  cel,
  cedar,
];
