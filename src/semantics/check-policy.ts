import { hasErrors, type Parsed } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Fallback, Item, Let, PolicyFile, Retry, Routes, Schedule } from '../syntax/ast.ts';
import { expressionsIn } from '../syntax/expressions.ts';
import { boundLets } from './bound-lets.ts';
import { checkAssert } from './check-assert.ts';
import { checkCondition } from './check-condition.ts';
import { checkConstraint, requiredFacts } from './check-constraints.ts';
import { checkHeader } from './check-header.ts';
import { checkNames } from './check-names.ts';
import { type CheckedObligation, checkObligation, isObligation } from './check-obligations.ts';
import { checkFallback, checkRetries, defaultFallback } from './check-plan.ts';
import { type CheckedRoutes, checkRoutes, takenWords } from './check-routes.ts';
import { checkSchedule } from './check-schedule.ts';
import { checkTests } from './check-tests.ts';
import { type Context, type CounterName, Findings } from './context.ts';
import type { Environment } from './environment.ts';
import type { Layer } from './link-layers.ts';
import { mentionsModel } from './mentions-model.ts';
import { nameRules } from './rule-ids.ts';
import { policyRules, textRules } from './rules/index.ts';
import type { CheckedAssert, CheckedPolicy, CheckedRetry, Constraint } from './typed.ts';

/**
 * Resolves every name and checks every type of a policy with all its layers. The checked policy is there only when nothing is
 * wrong; all that is wrong is reported in one go.
 */
export function checkPolicy(layers: readonly Layer[], environment: Environment): Parsed<CheckedPolicy> {
  const checker = new PolicyChecker(layers, environment);
  const value = checker.check();
  return { value, diagnostics: checker.findings.list.filter(({ primary }) => !isUnclear(layers, primary.span)) };
}

/** A finding in a rule that was not understood would be a consequence of that. */
function isUnclear(layers: readonly Layer[], { source, start }: Span): boolean {
  return layers.some(({ file }) =>
    file.unclear.some((stretch) => stretch.source === source && stretch.start <= start && start < stretch.end),
  );
}

/** A layer's own context: what it sees of itself and of the files that it extends. */
interface LayerContext {
  readonly layer: Layer;
  readonly context: Context;
  readonly ids: ReadonlyMap<Item, string>;
}

class PolicyChecker {
  readonly findings = new Findings();
  readonly #layers: readonly Layer[];
  readonly #environment: Environment;
  readonly #complete: boolean;

  constructor(layers: readonly Layer[], environment: Environment) {
    this.#layers = layers;
    this.#environment = environment;
    this.#complete = layers.every(({ file }) => file.complete);
  }

  check(): CheckedPolicy | undefined {
    const entry = this.#layers.at(-1)?.file;
    if (!entry) return undefined;
    for (const { file } of this.#layers) checkHeader(this.findings, file);
    const block = this.#nearest<Routes>('routes');
    const contexts = this.#contexts(takenWords(block?.item));
    checkNames(contexts.map(({ context, layer }) => ({ context, file: layer.file })));
    const constraints = new Map(contexts.flatMap((layer) => this.#constraints(layer)));
    const known = knownFacts(contexts, constraints);
    const behind = new Map(
      contexts.map(({ layer, context }) => [layer, { ...context, known: known.get(layer) ?? context.known }]),
    );
    const routes = this.#routes(block, behind);
    const obligations = contexts.flatMap(({ layer, ids }) => checkAll(behind.get(layer), layer.file, ids));
    const asserts = contexts.flatMap(({ layer, ids }) => checkAsserts(behind.get(layer), layer.file, ids));
    for (const { context, layer } of contexts)
      for (const item of itemsOf<Schedule>(layer.file, 'schedule')) checkSchedule(context, item);
    const policy = this.#assemble(entry, [...constraints.values()], routes, obligations, asserts, behind);
    this.#lint(contexts, policy);
    return hasErrors(this.findings.list) ? undefined : policy && this.#withTests(policy, entry, behind);
  }

  #contexts(taken: Context['taken']): LayerContext[] {
    const modelIndex = indexModels(this.#environment);
    const used = new Set<string>();
    const counters = new Map<string, CounterName>();
    const ids = new Map<string, Item>();
    const entry = this.#layers.at(-1);
    return this.#layers.map((layer) => {
      const seen = [...layer.ancestors, layer].flatMap(({ file }) => file.items);
      const written = seen.filter((item): item is Let => item.kind === 'let');
      const lets = boundLets(new Map(written.map((item) => [item.name.text, item])), this.findings);
      for (const item of layer.file.items) addCounter(counters, item, lets);
      const context: Context = {
        policy: layer.file.name?.text ?? '',
        environment: this.#environment,
        modelIndex,
        lets,
        schedules: new Map(
          seen.filter((item): item is Schedule => item.kind === 'schedule').map((item) => [item.name.text, item]),
        ),
        counters,
        taken: undefined,
        known: new Set(),
        modelAccess: 'none',
        findings: this.findings,
        checkCondition,
        used,
      };
      return { layer, context: { ...context, taken }, ids: nameRules(context, layer.file.items, layer !== entry, ids) };
    });
  }

  #constraints({ layer, context, ids }: LayerContext): [Item, Constraint][] {
    return layer.file.items.flatMap((item) => {
      const constraint = checkConstraint({ ...context, taken: undefined }, item, ids.get(item) ?? item.kind);
      return constraint ? [[item, constraint]] : [];
    });
  }

  /** The one item of a kind in the nearest layer that has any. */
  #nearest<Kind extends Item>(kind: Kind['kind']): { readonly item: Kind; readonly layer: Layer } | undefined {
    const having = this.#nearestLayers(kind);
    for (const layer of this.#layers) this.#onlyOnce(itemsOf<Kind>(layer.file, kind), kind);
    const [layer] = having;
    const item = layer && itemsOf<Kind>(layer.file, kind)[0];
    return item && { item, layer };
  }

  #nearestLayers(kind: Item['kind']): Layer[] {
    const having = this.#layers.filter(({ file }) => itemsOf(file, kind).length > 0);
    const distance = Math.min(...having.map((layer) => layer.distance));
    const nearest = having.filter((layer) => layer.distance === distance);
    const [first, second] = nearest.map(({ file }) => itemsOf(file, kind)[0]);
    if (first && second) {
      this.findings.error('equally-near', second.span, `two parents, equally near, have \`${kind}\``, {
        secondary: [{ span: first.span, message: 'the other is here' }],
        help: `write \`${kind}\` in the file that extends them`,
      });
    }
    return nearest;
  }

  #onlyOnce([first, ...others]: readonly Item[], kind: string): void {
    for (const other of others) {
      this.findings.error('declared-twice', other.span, `a file has one \`${kind}\``, {
        help: 'join them, or delete one',
        ...(first && { secondary: [{ span: first.span, message: 'the first is here' }] }),
      });
    }
  }

  #routes(
    block: { item: Routes; layer: Layer } | undefined,
    behind: ReadonlyMap<Layer, Context>,
  ): CheckedRoutes | undefined {
    const context = block && behind.get(block.layer);
    if (context) return checkRoutes({ ...context, taken: undefined }, block.item);
    const entry = this.#layers.at(-1)?.file;
    if (!this.#complete || !entry) return undefined;
    const place = entry.name?.span ?? { ...entry.span, start: entry.span.end };
    return this.findings.error('no-routes', place, 'the policy has no `routes`', {
      help: 'add `routes { otherwise use … }`, here or in a file that this one extends',
    });
  }

  #assemble(
    entry: PolicyFile,
    constraints: readonly Constraint[],
    routes: CheckedRoutes | undefined,
    obligations: readonly CheckedObligation[],
    asserts: readonly CheckedAssert[],
    behind: ReadonlyMap<Layer, Context>,
  ): CheckedPolicy | undefined {
    const fallback = this.#nearest<Fallback>('fallback');
    const context = fallback && behind.get(fallback.layer);
    const retries = this.#retries(behind);
    const checkedFallback = context ? checkFallback(context, fallback.item) : defaultFallback;
    if (!routes || !entry.name || !entry.edition) return undefined;
    return {
      name: entry.name.text,
      edition: entry.edition.value,
      environment: this.#environment,
      constraints,
      ...routes,
      retries,
      fallback: checkedFallback,
      budgets: listed(obligations, 'budgets'),
      limits: listed(obligations, 'limits'),
      counters: obligations.flatMap(({ list, rule }) => (list === 'budgets' || list === 'limits' ? [rule] : [])),
      caps: listed(obligations, 'caps'),
      caches: listed(obligations, 'caches'),
      guards: listed(obligations, 'guards'),
      sets: listed(obligations, 'sets'),
      tags: listed(obligations, 'tags'),
      mirrors: listed(obligations, 'mirrors'),
      asserts,
      tests: [],
    };
  }

  #retries(behind: ReadonlyMap<Layer, Context>): CheckedRetry[] {
    const [layer] = this.#nearestLayers('retry');
    const context = layer && behind.get(layer);
    return context ? checkRetries(context, itemsOf<Retry>(layer.file, 'retry')) : [];
  }

  #withTests(policy: CheckedPolicy, entry: PolicyFile, behind: ReadonlyMap<Layer, Context>): CheckedPolicy | undefined {
    const last = this.#layers.at(-1);
    const context = last && behind.get(last);
    const tests = context
      ? checkTests(
          context,
          policy,
          entry.items.filter((item) => item.kind === 'test'),
        )
      : [];
    return hasErrors(this.findings.list) ? undefined : { ...policy, tests };
  }

  /** What is surely not meant is said only of what was understood whole. */
  #lint(contexts: readonly LayerContext[], policy: CheckedPolicy | undefined): void {
    if (!this.#complete) return;
    const correct = hasErrors(this.findings.list) ? undefined : policy;
    const files = contexts.map(({ context, layer: { file } }) => {
      return { context, file, expressions: file.items.flatMap(expressionsIn) };
    });
    for (const rule of textRules) rule(files);
    if (correct) for (const rule of policyRules) rule(files, correct);
  }
}

type RuleOf<List extends CheckedObligation['list']> = (CheckedObligation & { readonly list: List })['rule'];

function listed<List extends CheckedObligation['list']>(
  obligations: readonly CheckedObligation[],
  list: List,
): RuleOf<List>[] {
  return obligations.filter((obligation) => obligation.list === list).map(({ rule }) => rule as RuleOf<List>);
}

function itemsOf<Kind extends Item>(file: PolicyFile, kind: Kind['kind']): Kind[] {
  return file.items.filter((item): item is Kind => item.kind === kind);
}

function checkAll(context: Context | undefined, file: PolicyFile, ids: ReadonlyMap<Item, string>): CheckedObligation[] {
  return file.items.flatMap((item) => {
    const checked =
      context && isObligation(item) ? checkObligation(context, item, ids.get(item) ?? item.kind) : undefined;
    return checked ?? [];
  });
}

function checkAsserts(context: Context | undefined, file: PolicyFile, ids: ReadonlyMap<Item, string>): CheckedAssert[] {
  return file.items.flatMap((item) => {
    const checked =
      context && item.kind === 'assert' ? checkAssert(context, item, ids.get(item) ?? item.kind) : undefined;
    return checked ?? [];
  });
}

function addCounter(counters: Map<string, CounterName>, item: Item, lets: Context['lets']): void {
  if (item.kind !== 'budget' && item.kind !== 'limit') return;
  const perAttempt = [...item.each, ...(item.when ? [item.when] : [])].some((expression) =>
    mentionsModel({ lets }, expression),
  );
  counters.set(`${item.kind}.${item.name.text}`, { kind: item.kind, name: item.name.text, perAttempt });
}

/** What each layer may rely on behind the constraints: what it and the files that it extends require. */
function knownFacts(
  contexts: readonly LayerContext[],
  constraints: ReadonlyMap<Item, Constraint>,
): Map<Layer, ReadonlySet<string>> {
  const known = new Map<Layer, ReadonlySet<string>>();
  for (const { layer } of contexts) {
    const own = requiredFacts(layer.file.items, constraints);
    const inherited = [...layer.ancestors].map((ancestor) => known.get(ancestor) ?? new Set<string>());
    known.set(
      layer,
      inherited.reduce((sum, next) => sum.union(next), own),
    );
  }
  return known;
}

function indexModels(environment: Environment): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  environment.models.forEach((model, at) => {
    index.set(model.name, [at]);
    const spelled = `${model.provider}/${model.upstream}`;
    index.set(spelled, [...(index.get(spelled) ?? []), at]);
  });
  return index;
}
