import type { Parsed } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { Deny, Fallback, Item, ItemKind, Let, PolicyFile, Require, Retry, Routes } from '../syntax/ast.ts';
import { checkCondition } from './check-condition.ts';
import {
  checkDestination,
  checkFallback,
  checkRetries,
  checkStatus,
  defaultFallback,
  defaultRejection,
} from './check-plan.ts';
import { type CheckedCondition, type Context, Findings } from './context.ts';
import type { Environment } from './environment.ts';
import { nameRules } from './rule-ids.ts';
import { unusedLets } from './rules/unused-let.ts';
import type { CheckedPolicy, CheckedRoute, Condition, Constraint, RuleId } from './typed.ts';

/** The editions of the language that this version understands. */
export const editions: readonly number[] = [2026];

/**
 * Resolves every name and checks every type of a policy. The checked policy is there only when nothing is wrong; all that is
 * wrong is reported in one go.
 */
export function checkPolicy(file: PolicyFile, environment: Environment): Parsed<CheckedPolicy> {
  const context = createContext(file, environment);
  checkHeader(context, file);
  checkLetNames(context, file);
  const ids = nameRules(context, file.items);
  const constraints = file.items.flatMap((item) => checkConstraint(context, item, ids.get(item) ?? item.kind) ?? []);
  const afterRequires = { ...context, known: requiredFacts(constraints, file) };
  const routes = checkRoutes(afterRequires, file);
  const fallback = only<Fallback>(context, file, 'fallback');
  const checkedFallback = fallback ? checkFallback(context, fallback) : defaultFallback;
  const retries = checkRetries(context, itemsOf<Retry>(file, 'retry'));
  refuseUnsupported(context, file);
  if (file.complete && !hasErrors(context.findings.list)) for (const finding of unusedLets(context, file)) context.findings.add(finding);
  const diagnostics = context.findings.list.sort((a, b) => a.primary.span.start - b.primary.span.start);
  if (hasErrors(diagnostics) || !routes || !file.name || !file.edition) return { value: undefined, diagnostics };
  const value = {
    name: file.name.text,
    edition: file.edition.value,
    environment,
    constraints,
    ...routes,
    retries,
    fallback: checkedFallback,
  };
  return { value, diagnostics };
}

function createContext(file: PolicyFile, environment: Environment): Context {
  const modelIndex = new Map<string, number[]>();
  environment.models.forEach((model, index) => {
    modelIndex.set(model.name, [index]);
    const spelled = `${model.provider}/${model.upstream}`;
    modelIndex.set(spelled, [...(modelIndex.get(spelled) ?? []), index]);
  });
  return {
    environment,
    modelIndex,
    lets: new Map(itemsOf<Let>(file, 'let').map((item) => [item.name.text, item])),
    following: [],
    known: new Set(),
    modelAccess: 'none',
    findings: new Findings(),
    checkCondition,
    usedLets: new Set(),
  };
}

function itemsOf<Kind extends Item>(file: PolicyFile, kind: Kind['kind']): Kind[] {
  return file.items.filter((item): item is Kind => item.kind === kind);
}

/** The one item of a kind that may be written once. */
function only<Kind extends Item>(context: Context, file: PolicyFile, kind: Kind['kind']): Kind | undefined {
  const [first, ...others] = itemsOf<Kind>(file, kind);
  for (const other of others) {
    context.findings.error('declared-twice', other.span, `a policy has one \`${kind}\``, {
      help: 'join them, or delete one',
      ...(first && { secondary: [{ span: first.span, message: 'the first is here' }] }),
    });
  }
  return first;
}

function checkHeader(context: Context, file: PolicyFile): void {
  if (!file.complete) return;
  const start = { ...file.span, end: Math.min(1, file.span.end) };
  if (!file.edition) {
    context.findings.error(
      'no-header',
      start,
      'the policy does not say which edition of the language it is written in',
      {
        help: `begin it with \`edition ${editions.at(-1)}\``,
      },
    );
  } else if (!editions.includes(file.edition.value)) {
    context.findings.error('unknown-edition', file.edition.span, `there is no edition ${file.edition.value}`, {
      help: `write \`edition ${editions.at(-1)}\``,
    });
  }
  if (!file.name) {
    context.findings.error('no-name', start, 'the policy has no name', {
      help: 'write `policy "team/app"` below the edition',
    });
  }
}

const roots = ['request', 'caller', 'model', 'budget', 'limit', 'now', 'requested', 'route', 'branch'];

function checkLetNames(context: Context, file: PolicyFile): void {
  const words = new Map<string, string>(roots.map((root) => [root, 'a word of the language']));
  for (const name of context.modelIndex.keys()) words.set(name, 'a model');
  for (const { type } of context.environment.attributes.values()) {
    if (type.kind === 'enum' && !type.name.startsWith('model.')) {
      for (const value of type.values) if (!words.has(value)) words.set(value, `a value of \`${type.name}\``);
    }
  }
  const seen = new Set<string>();
  for (const { name } of itemsOf<Let>(file, 'let')) {
    const taken = seen.has(name.text) ? 'another `let`' : words.get(name.text);
    if (taken) {
      context.findings.error('name-taken', name.span, `\`${name.text}\` is the name of ${taken}`, {
        help: 'choose another name',
      });
    }
    seen.add(name.text);
  }
}

// Constraints

function checkConstraint(context: Context, item: Item, id: RuleId): Constraint | undefined {
  if (item.kind === 'require') return checkRequire(context, item, id);
  if (item.kind !== 'deny') return undefined;
  return item.target === 'model' ? checkDenyModel(context, item, id) : checkDenyRequest(context, item, id);
}

function checkDenyModel(context: Context, item: Deny, id: RuleId): Constraint | undefined {
  const when = checkCondition({ ...context, modelAccess: 'all' }, item.when);
  return when && { kind: 'deny-model', id, span: item.span, when: when.condition, because: item.because ?? null };
}

function checkDenyRequest(context: Context, item: Deny, id: RuleId): Constraint | undefined {
  const when = checkCondition(context, item.when);
  const message = item.because ?? defaultRejection;
  return when && { kind: 'refuse', id, span: item.span, when: when.condition, code: 'denied', status: 403, message };
}

function checkRequire(context: Context, item: Require, id: RuleId): Constraint | undefined {
  const guard = item.when && checkCondition(context, item.when);
  const known = guard ? context.known.union(guard.knownIfTrue) : context.known;
  const required = checkCondition({ ...context, known }, item.condition);
  const status = checkStatus(context, item.reject);
  if (!required || (item.when && !guard)) return undefined;
  const message = item.reject.message ?? defaultRejection;
  return { kind: 'refuse', id, span: item.span, when: refusedWhen(guard, required), code: 'required', status, message };
}

function refusedWhen(guard: CheckedCondition | undefined, required: CheckedCondition): Condition {
  const { span } = required.condition;
  const failed: Condition = { kind: 'not', span, operand: required.condition };
  return guard ? { kind: 'and', span, operands: [guard.condition, failed] } : failed;
}

/** What `require X is known` without `when` guarantees to everything behind the constraints. */
function requiredFacts(constraints: readonly Constraint[], file: PolicyFile): ReadonlySet<string> {
  const unconditional = new Set(
    itemsOf<Require>(file, 'require')
      .filter((item) => !item.when)
      .map((item) => item.span.start),
  );
  const keys = new Set<string>();
  for (const constraint of constraints) {
    if (!unconditional.has(constraint.span.start) || constraint.when.kind !== 'not') continue;
    for (const key of knownFacts(constraint.when.operand)) keys.add(key);
  }
  return keys;
}

/** The facts that a condition, when it holds, makes certain. */
function knownFacts(condition: Condition): string[] {
  if (condition.kind === 'and') return condition.operands.flatMap(knownFacts);
  if (condition.kind !== 'known' || condition.operand.parts.length !== 1) return [];
  return condition.operand.parts.flatMap((part) => (part.kind === 'fact' ? [part.key] : []));
}

// Routes

function checkRoutes(context: Context, file: PolicyFile): Pick<CheckedPolicy, 'routes' | 'otherwise'> | undefined {
  const block = only<Routes>(context, file, 'routes');
  if (!block) {
    if (!file.complete) return undefined;
    const end = { ...file.span, start: file.span.end };
    return context.findings.error('no-routes', end, 'the policy has no `routes`', {
      help: 'add `routes { otherwise use … }`',
    });
  }
  const names = new Set<string>();
  const routes = block.choices.map((choice): CheckedRoute | undefined => {
    if (names.has(choice.name.text)) {
      context.findings.error('declared-twice', choice.name.span, `two routes are called \`${choice.name.text}\``, {
        help: 'give one of them another name',
      });
    }
    names.add(choice.name.text);
    if (choice.kind === 'split') return unsupported(context, choice, 'split');
    const when = checkCondition(context, choice.when);
    const destination = checkDestination(
      { ...context, known: context.known.union(when?.knownIfTrue ?? new Set()) },
      choice.destination,
    );
    return when && destination && { id: choice.name.text, span: choice.span, when: when.condition, destination };
  });
  const otherwise = checkDestination(context, block.otherwise);
  const read = routes.flatMap((route) => route ?? []);
  return otherwise && read.length === routes.length ? { routes: read, otherwise } : undefined;
}

// What the grammar knows and this version does not carry out

const supportedKinds: readonly ItemKind[] = ['let', 'deny', 'require', 'routes', 'retry', 'fallback'];

function refuseUnsupported(context: Context, file: PolicyFile): void {
  for (const parent of file.parents) unsupported(context, parent, 'extends');
  for (const item of file.items) {
    if (!supportedKinds.includes(item.kind)) unsupported(context, item, item.kind);
  }
}

function unsupported(context: Context, at: { readonly span: PolicyFile['span'] }, word: string): undefined {
  return context.findings.error('not-supported', at.span, `\`${word}\` is not supported yet`, {
    help: 'delete the rule: a rule that is read and not carried out would be worse than none',
  });
}
