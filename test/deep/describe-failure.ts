import type { Scenario } from '../support/arbitrary-rules.ts';
import { compileScenario } from '../support/compile-scenario.ts';
import { type Disagreement, disagreements, type Way } from '../support/disagreements.ts';

/** Differences of one decision that are shown. */
const mostShown = 12;

/** A case on which evaluators disagree, as one reads it: the policy, the models, the facts, and what differs. */
export function describeFailure(scenario: Scenario, ways: readonly Way[]): string {
  const { text, parent, config } = scenario;
  return [
    ...(parent === '' ? [] : ['── ./parent.llmpolicy', parent]),
    '── the policy',
    text,
    '── its providers and models',
    /^providers:\n(?: .*\n)*models:\n(?: .*\n)*/m.exec(config)?.[0].trimEnd() ?? config,
    ...scenario.facts.flatMap((facts) => describeRequest({ ...scenario, facts: [facts] }, ways)),
  ].join('\n');
}

/** The facts of a request and what differs, where something does. */
function describeRequest(scenario: Scenario, ways: readonly Way[]): string[] {
  const found = differencesOf(scenario, ways);
  const facts = scenario.facts.map((json) => JSON.stringify(json, undefined, 1));
  return found.length === 0 ? [] : ['── the facts', ...facts, ...found];
}

function differencesOf(scenario: Scenario, ways: readonly Way[]): string[] {
  try {
    const policy = compileScenario(scenario);
    return 'requests' in policy ? disagreements(policy, ways).flatMap(describe) : ['it does not compile'];
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

function describe({ who, meant, found: other }: Disagreement): string[] {
  const [right, wrong] = [leavesOf(meant), leavesOf(other)];
  const places = [...new Set([...right.keys(), ...wrong.keys()])].filter((key) => right.get(key) !== wrong.get(key));
  return [
    `── ${who}`,
    ...places.slice(0, mostShown).map((key) => {
      return `  ${key === '' ? 'it' : key}: the meaning says ${right.get(key) ?? 'nothing'}, this says ${wrong.get(key) ?? 'nothing'}`;
    }),
    ...(places.length > mostShown ? [`  and ${places.length - mostShown} more`] : []),
  ];
}

/** Every plain value in a value, by its path. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return new Map([[path, JSON.stringify(value)]]);
  const isList = Array.isArray(value);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => {
      const step = isList ? `[${key}]` : `${path === '' ? '' : '.'}${key}`;
      return [...leavesOf(inner, `${path}${step}`)];
    }),
  );
}
