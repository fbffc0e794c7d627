import { assertNever } from '../diagnostics/assert-never.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/span.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Cache, Cap, Expression, Guard, Item, Mirror, Tag } from '../syntax/ast.ts';
import { checkBudget, checkLimit } from './check-counters.ts';
import { checkEach } from './check-each.ts';
import { checkModels } from './check-models.ts';
import { checkOperand } from './check-operand.ts';
import { checkKey } from './check-plan.ts';
import { checkSet } from './check-set.ts';
import type { Context } from './context.ts';
import { readsWholeText } from './guard-kinds.ts';
import { mentionsModel } from './mentions-model.ts';
import { shadowed } from './rule-ids.ts';
import type {
  CheckedBudget,
  CheckedCache,
  CheckedCap,
  CheckedGuard,
  CheckedLimit,
  CheckedMirror,
  CheckedSet,
  CheckedTag,
  EachKey,
  Obligation,
  RuleId,
} from './typed.ts';

/** A rule of stage 3, with the list of the checked policy that it belongs to. */
export type CheckedObligation =
  | { readonly list: 'budgets'; readonly rule: CheckedBudget }
  | { readonly list: 'limits'; readonly rule: CheckedLimit }
  | { readonly list: 'caps'; readonly rule: CheckedCap }
  | { readonly list: 'caches'; readonly rule: CheckedCache }
  | { readonly list: 'guards'; readonly rule: CheckedGuard }
  | { readonly list: 'sets'; readonly rule: CheckedSet }
  | { readonly list: 'tags'; readonly rule: CheckedTag }
  | { readonly list: 'mirrors'; readonly rule: CheckedMirror };

type ObligationItem = Extract<Item, { readonly when: Expression | undefined }> & {
  readonly kind: 'budget' | 'limit' | 'cap' | 'cache' | 'guard' | 'set' | 'tag' | 'mirror';
};

export function isObligation(item: Item): item is ObligationItem {
  return ['budget', 'limit', 'cap', 'cache', 'guard', 'set', 'tag', 'mirror'].includes(item.kind);
}

export function checkObligation(context: Context, item: ObligationItem, id: RuleId): CheckedObligation | undefined {
  const begun = begin(context, item, id);
  if (!begun) return undefined;
  const { base, inside } = begun;
  switch (item.kind) {
    case 'budget':
      return wrap('budgets', checkBudget(inside, item, base));
    case 'limit':
      return wrap('limits', checkLimit(inside, item, base));
    case 'cap':
      return wrap('caps', checkCap(inside, item, base));
    case 'cache':
      return wrap('caches', checkCache(inside, item, base));
    case 'guard':
      return wrap('guards', checkGuard(inside, item, base));
    case 'set':
      return wrap('sets', checkSet(inside, item, base));
    case 'tag':
      return wrap('tags', checkTag(inside, item, base));
    case 'mirror':
      return wrap('mirrors', checkMirror(inside, item, base));
    default:
      return assertNever(item);
  }
}

function wrap<List extends CheckedObligation['list']>(
  list: List,
  rule: Extract<CheckedObligation, { list: List }>['rule'] | undefined,
): CheckedObligation | undefined {
  return rule && ({ list, rule } as Extract<CheckedObligation, { list: List }>);
}

/** Reads the `when`, in the context that the rule's kind allows. */
function begin(context: Context, item: ObligationItem, id: RuleId): { base: Obligation; inside: Context } | undefined {
  const each = item.kind === 'budget' || item.kind === 'limit' ? item.each : [];
  const perAttempt =
    (item.when !== undefined && mentionsModel(context, item.when)) || each.some((path) => mentionsModel(context, path));
  const allowed = mayReadModel(item);
  const inside: Context = {
    ...context,
    modelAccess: allowed ? 'all' : 'none',
    taken: readsTaken(item) ? context.taken : undefined,
  };
  const when = item.when && context.checkCondition(inside, item.when);
  if (item.when && !when) return undefined;
  const known = when ? inside.known.union(when.knownIfTrue) : inside.known;
  const base = {
    id,
    span: item.span,
    shadow: shadowed(item.notes),
    when: when?.condition ?? null,
    perAttempt: allowed && perAttempt,
  };
  return { base, inside: { ...inside, known } };
}

function mayReadModel(item: ObligationItem): boolean {
  if (item.kind === 'guard') return item.point === 'input';
  if (item.kind === 'cap') return item.subject === 'output' || item.subject === 'cost';
  return item.kind === 'budget' || item.kind === 'limit' || item.kind === 'set';
}

/** Budgets and limits can take the place of the route's plan, so they cannot depend on it. */
function readsTaken(item: ObligationItem): boolean {
  return item.kind !== 'budget' && item.kind !== 'limit';
}

function checkCap(context: Context, item: Cap, base: Obligation): CheckedCap | undefined {
  const { subject, amount } = item;
  if (typeof amount.value !== 'number') return undefined;
  if (amount.value === 0) {
    return context.findings.error('too-small', amount.span, 'a cap of nothing refuses every request', {
      help: 'write a larger amount, or `deny request`',
    });
  }
  // The currency of an amount of money is checked where every literal is.
  if (subject === 'cost' && !checkOperand(context, amount)) return undefined;
  return { ...base, subject, amount: amount.value };
}

function checkCache(context: Context, item: Cache, base: Obligation): CheckedCache | undefined {
  const { mode, above, ttlMs } = item;
  const { clauseSpans } = item;
  if (mode === 'off') {
    const needless = clauseSpans.ttl ?? clauseSpans.scope;
    if (needless) misplaced(context, needless, '`cache off` keeps nothing, so it has neither `ttl` nor `scope`');
  } else if (ttlMs === undefined) {
    return context.findings.error(
      'clause-missing',
      clauseSpans.mode ?? item.span,
      'a cache says how long it keeps an answer',
      { help: `add \`ttl\` and a duration: \`ttl 1h\`` },
    );
  } else if (ttlMs === 0) {
    return context.findings.error('too-small', clauseSpans.ttl ?? item.span, 'a cache keeps nothing for no time', {
      help: 'write a longer `ttl`, or `cache off`',
    });
  }
  const scope =
    item.scope === undefined
      ? defaultScope(context, item)
      : item.scope === 'everyone'
        ? []
        : checkEach(context, item.scope);
  return scope && { ...base, mode, above: above ?? null, ttlMs: ttlMs ?? null, scope };
}

/** A clause that would have no effect. */
function misplaced(context: Context, clause: Span, message: string): void {
  context.findings.error('clause-not-here', clause, message, {
    help: 'delete it',
    fix: [{ span: clause, newText: '' }],
  });
}

/** Without `scope` an answer is shared by nobody but its own key. */
function defaultScope(context: Context, { span }: Cache): EachKey[] | undefined {
  const name = { text: 'caller', span };
  return checkEach(context, [{ kind: 'path', span, segments: [name, { text: 'key', span }] }]);
}

function checkGuard(context: Context, item: Guard, base: Obligation): CheckedGuard | undefined {
  const { name, point, action, stream } = item;
  const declared = context.environment.guards.get(name.text);
  if (!declared) {
    const near = suggest(name.text, context.environment.guards.keys());
    const mend = didYouMean(name.span, near, 'declare it under `guards:` in gateway.config.yaml');
    return context.findings.error('unknown-name', name.span, `no guard is called \`${name.text}\``, mend);
  }
  const place = item.clauseSpans.stream ?? item.span;
  if (point === 'input' && stream !== undefined) {
    misplaced(context, place, '`stream` speaks of answers, and this guard reads what goes in');
  }
  if (stream === 'observe' && action !== 'observe') {
    context.findings.error(
      'guard-cannot',
      place,
      `a stream that is only observed cannot be ${action === 'block' ? 'blocked' : 'redacted'}`,
      {
        help: 'write `stream window 1kB` or `stream buffer`, or `then observe`',
      },
    );
  }
  if (typeof stream === 'object' && readsWholeText(declared.kind)) {
    context.findings.error(
      'guard-cannot',
      place,
      `a guard of kind \`${declared.kind}\` needs the whole text and cannot work on a window`,
      {
        help: 'write `stream buffer`',
      },
    );
  }
  if (typeof stream === 'object' && stream.windowBytes === 0) {
    context.findings.error('too-small', place, 'a window of nothing finds nothing', {
      help: 'write `stream window 1kB`',
    });
  }
  const points = point === 'both' ? (['input', 'output'] as const) : [point];
  // What is not written buffers: a guard that looks too late would be none.
  return { ...base, guard: name.text, points, action, stream: stream ?? 'buffer' };
}

function checkTag(context: Context, item: Tag, base: Obligation): CheckedTag | undefined {
  const value = checkOperand(context, item.value);
  if (!value || value.type.kind === 'set') {
    return (
      value &&
      context.findings.error('type-mismatch', item.value.span, 'a tag has one value, and this is a set', {
        help: 'name a text, a word or a number',
      })
    );
  }
  return { ...base, tag: item.name.text, value };
}

function checkMirror(context: Context, item: Mirror, base: Obligation): CheckedMirror | undefined {
  const key = checkKey(context, item.on);
  const models = checkModels(context, item.to);
  if (!key || !models) return undefined;
  const [model, ...others] = models === 'requested' ? [] : models;
  if (model === undefined || others.length > 0) {
    return context.findings.error('not-a-model', item.to.span, 'a mirror sends its copy to one model', {
      help: 'name one model of the catalogue',
    });
  }
  if (item.share > 10_000) {
    context.findings.error('too-much', item.clauseSpans.share ?? item.span, 'a share is at most 100%', {
      help: 'write 100% or less',
    });
  }
  return {
    ...base,
    share: item.share,
    key,
    salt: item.salt ?? `${context.policy}/${base.id.replace(`${context.policy}#`, '')}`,
    model,
  };
}
