import fc, { type Arbitrary } from 'fast-check';
import { arbitraryCatalogue, type Catalogue } from './arbitrary-catalogue.ts';
import { letCondition } from './arbitrary-conditions.ts';
import { arbitraryFacts } from './arbitrary-facts.ts';
import { arbitraryItem, type ItemDraft, tighteningItem } from './arbitrary-items.ts';
import { type Draft, fixed, joined, maybe, type Names } from './arbitrary-names.ts';
import { fallback, letModels, type RoutesDraft, retries, routes } from './arbitrary-plans.ts';

type Json = Readonly<Record<string, unknown>>;

/** A policy as files, the catalogue that it is for, and the facts of some requests in their JSON form. */
export interface Scenario {
  readonly config: string;
  /** The served file. */
  readonly text: string;
  /** The file that it extends, `./parent.llmpolicy`; empty where it extends none. */
  readonly parent: string;
  readonly facts: readonly Json[];
  /** How a property that fails shows it. */
  readonly [fc.toStringMethod]: () => string;
}

interface FileDraft {
  readonly lets: readonly Draft[];
  readonly sets: readonly Draft[];
  readonly hours: readonly Draft[];
  /** `require caller.team is known` stands first. */
  readonly needsTeam: boolean;
  readonly items: readonly ItemDraft[];
  readonly routes: RoutesDraft;
  readonly retries: Draft;
  readonly fallback: Draft;
}

const span = joined(
  fixed(
    'mon..fri 09:00..18:00',
    'sun 22:00..06:00',
    'fri..mon 00:00..24:00',
    'mon, wed 12:00..12:00',
    'sat..sun 08:00..08:01',
  ),
  fixed('"Europe/Paris"', '"UTC"'),
);

const file: Arbitrary<FileDraft> = fc.record({
  lets: fc.array(letCondition, { maxLength: 2 }),
  sets: fc.array(letModels, { maxLength: 2 }),
  hours: fc.array(span, { maxLength: 2 }),
  needsTeam: fc.nat(3).map((drawn) => drawn === 3),
  items: fc.array(arbitraryItem, { maxLength: 9 }),
  routes,
  retries,
  fallback: maybe(fallback),
});

/** A rule with its name, which stays the same wherever the rule is put. */
interface NamedItem {
  readonly name: string;
  readonly item: ItemDraft;
}

/** A file with the letter that its names begin with. */
interface Lettered {
  readonly letter: string;
  readonly draft: FileDraft;
  readonly items: readonly NamedItem[];
}

const lettered = (letter: string, draft: FileDraft): Lettered => {
  return { letter, draft, items: draft.items.map((item, index) => ({ item, name: `${letter}${index}` })) };
};

const numbered = (prefix: string, list: readonly unknown[]): string[] => list.map((_, index) => `${prefix}${index}`);

/** What the rules of a file may name: what it declares, and what the files that it extends do. */
function namesOf(catalogue: Catalogue, files: readonly Lettered[], taken: RoutesDraft): Names {
  const all = files.flatMap(({ items }) => items);
  const which = (wanted: (item: ItemDraft) => boolean) =>
    all.filter(({ item }) => wanted(item)).map(({ name }) => name);
  return {
    models: catalogue.models,
    providers: catalogue.providers,
    budgets: which(({ counter, perAttempt }) => counter === 'budget' && !perAttempt),
    limits: which(({ counter, perAttempt }) => counter === 'limit' && !perAttempt),
    perAttempt: which(({ perAttempt }) => perAttempt),
    routes: taken.routes,
    branches: taken.branches,
    buckets: [...taken.splits, ...which(({ isMirror }) => isMirror)],
    conditions: files.flatMap(({ letter, draft }) => numbered(`${letter}-let-`, draft.lets)),
    sets: files.flatMap(({ letter, draft }) => numbered(`${letter}-set-`, draft.sets)),
    schedules: files.flatMap(({ letter, draft }) => numbered(`${letter}-hours-`, draft.hours)),
    teamIsKnown: files.some(({ draft }) => draft.needsTeam),
  };
}

/** Constraints do not guard one another, so those that ask of the team give a default. */
function writeItem({ item, name }: NamedItem, names: Names): string {
  const notes = `${item.counter ? '' : `@id(${name}) `}${item.shadow ? '@mode(shadow) ' : ''}`;
  const written = item.write(names, name);
  const isConstraint = /^(deny|require)/.test(written);
  return `${notes}${isConstraint ? item.write({ ...names, teamIsKnown: false }, name) : written}`;
}

function writeFile({ letter, draft, items }: Lettered, names: Names, header: string, withRoutes: boolean): string {
  const lines = [
    `edition 2026\npolicy ${header}`,
    ...draft.lets.map((write, index) => `let ${letter}-let-${index} = ${write(names)}`),
    ...draft.sets.map((write, index) => `let ${letter}-set-${index} = ${write(names)}`),
    ...draft.hours.map((write, index) => `schedule ${letter}-hours-${index} = ${write(names)}`),
    ...(draft.needsTeam ? ['require caller.team is known else reject 403 "no team"'] : []),
    ...items.map((item) => writeItem(item, names)),
    ...(withRoutes ? [draft.routes.write(names)] : []),
    draft.retries(names),
    draft.fallback(names),
  ];
  return lines.filter((line) => line.trim() !== '').join('\n');
}

/** Of all that is drawn, the facts shrink to those of one request. */
const policyFor = (mostRequests: number) =>
  fc.record({
    catalogue: arbitraryCatalogue,
    child: file,
    parent: fc.option(file, { freq: 2 }),
    childHasRoutes: fc.boolean(),
    facts: fc.array(arbitraryFacts, { minLength: 1, maxLength: mostRequests, size: 'max' }),
  });
const policy = policyFor(3);

type PolicyDraft = typeof policy extends Arbitrary<infer Value> ? Value : never;

/** Writes the files. `change` may put rules of the served file elsewhere, or add one, which no other rule names. */
function writeScenario(
  { catalogue, child, parent, childHasRoutes, facts }: PolicyDraft,
  change: (items: readonly NamedItem[]) => readonly NamedItem[] = (items) => items,
): Scenario {
  const parents = parent ? [lettered('p', parent)] : [];
  const served = lettered('c', child);
  const withRoutes = parent === null || childHasRoutes;
  const taken = withRoutes ? child.routes : parent.routes;
  const names = namesOf(catalogue, [...parents, served], taken);
  const changed = { ...served, items: change(served.items) };
  const header = parent ? '"test" extends "./parent.llmpolicy"' : '"test"';
  const inFacts = namesOf(
    catalogue,
    [...parents, { ...served, items: [...new Set([...served.items, ...changed.items])] }],
    taken,
  );
  const scenario = {
    config: catalogue.config,
    text: writeFile(changed, names, header, withRoutes),
    parent: parents.map((one) => writeFile(one, namesOf(catalogue, parents, taken), '"org"', true)).join(''),
    facts: facts.map((draft) => draft(inFacts)),
  };
  return { ...scenario, [fc.toStringMethod]: () => showScenario(scenario) };
}

/** As one reads it: config, files, and the facts of each request. */
function showScenario({ config, parent, text, facts }: Omit<Scenario, typeof fc.toStringMethod>): string {
  const requests = facts.map((json) => JSON.stringify(json, undefined, 1));
  return `\n${[config, parent, text, ...requests].filter((part) => part !== '').join('\n----\n')}\n----\n`;
}

/** A policy with the facts of up to so many requests. */
export const arbitraryScenarioFor = (mostRequests: number): Arbitrary<Scenario> =>
  policyFor(mostRequests).map((draft) => writeScenario(draft));
export const arbitraryScenario: Arbitrary<Scenario> = arbitraryScenarioFor(3);

/** A policy, and the same with one rule more, which only tightens, for the same requests. */
export const arbitraryExtended: Arbitrary<readonly [Scenario, Scenario]> = fc
  .tuple(policy, tighteningItem)
  .map(([draft, item]) => {
    const more = { name: 'more', item: { ...item, shadow: false } };
    return [writeScenario(draft), writeScenario(draft, (items) => [...items, more])] as const;
  });

/** A policy, and the same with the rules of its served file in another order. */
export const arbitraryReordered: Arbitrary<readonly [Scenario, Scenario]> = fc
  .tuple(policy, fc.array(fc.nat(99), { minLength: 8, maxLength: 8 }))
  .map(([draft, order]) => {
    const sorted = (items: readonly NamedItem[]) =>
      items
        .map((item, index) => ({ item, rank: order[index % order.length] ?? 0 }))
        .sort((one, other) => one.rank - other.rank)
        .map(({ item }) => item);
    return [writeScenario(draft), writeScenario(draft, sorted)] as const;
  });
