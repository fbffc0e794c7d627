import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { FailureClass } from '../protocol/failure.ts';
import type { Expectation, Expression, Literal, Test } from '../syntax/ast.ts';
import { builtInRules } from './built-in-rules.ts';
import { checkModels } from './check-models.ts';
import { checkFailures, checkStatus } from './check-plan.ts';
import { bareWord, type Context } from './context.ts';
import { describeType, exampleOf, listWords } from './describe.ts';
import { factKeys, factType } from './fact-types.ts';
import { mendLiteral } from './mend-literal.ts';
import { writeValue } from './read-value.ts';
import type { CheckedExpectation, CheckedPolicy, CheckedTest } from './typed.ts';
import type { Type, Value } from './types.ts';

/** Every name in a test exists, and every value has the type of its fact. */
export function checkTests(context: Context, policy: CheckedPolicy, tests: readonly Test[]): CheckedTest[] {
  const titles = new Set<string>();
  return tests.map((test) => {
    if (titles.has(test.title)) {
      context.findings.error('declared-twice', test.span, `two tests are called "${test.title}"`, {
        help: 'give one of them another title',
      });
    }
    titles.add(test.title);
    return new TestChecker(context, policy).check(test);
  });
}

class TestChecker {
  readonly #context: Context;
  readonly #policy: CheckedPolicy;

  constructor(context: Context, policy: CheckedPolicy) {
    this.#context = context;
    this.#policy = policy;
  }

  check(test: Test): CheckedTest {
    const given = new Map<string, Value>();
    let now: string | null = null;
    for (const { key, value, span } of test.given) {
      const name = key.segments.map(({ text }) => text).join('.');
      if (given.has(name)) this.#error('declared-twice', span, `\`${name}\` is given twice`, 'keep one of them');
      if (name === 'now') now = this.#instant(value) ?? now;
      else this.#fact(given, name, key, value);
    }
    const down = new Map<string, FailureClass>();
    for (const { model, failure } of test.down) {
      const name = this.#model(model);
      const [known = 'server_error'] = failure ? checkFailures(this.#context, [failure]) : [];
      if (name !== undefined) down.set(name, known as FailureClass);
    }
    if (test.expectations.length === 0)
      this.#error(
        'no-expectation',
        test.span,
        'this test expects nothing',
        'add a line such as `expect plan [ haiku ]`',
      );
    const expectations = test.expectations.flatMap((expectation) => this.#expectation(expectation) ?? []);
    const givenSpans = new Map(test.given.map(({ key }) => [key.segments.map(({ text }) => text).join('.'), key.span]));
    return { title: test.title, span: test.span, given, givenSpans, now, down, expectations };
  }

  #error(
    code: Parameters<Context['findings']['error']>[0],
    span: Test['span'],
    message: string,
    mend: string | ReturnType<typeof didYouMean>,
  ): undefined {
    return this.#context.findings.error(code, span, message, typeof mend === 'string' ? { help: mend } : mend);
  }

  #fact(given: Map<string, Value>, name: string, key: Expression, written: Expression): void {
    const type = factType(this.#policy, name);
    if (!type) {
      const near = suggest(name, factKeys(this.#policy));
      this.#error(
        'unknown-attribute',
        key.span,
        `there is no fact \`${name}\``,
        didYouMean(key.span, near, 'give facts as conditions read them, such as `caller.team` or `haiku.up`'),
      );
      return;
    }
    const value = this.#value(type, written);
    if (value !== undefined) given.set(name, value);
  }

  #instant(written: Expression): string | undefined {
    const text = written.kind === 'literal' && written.type === 'string' ? written.value : '';
    if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return text;
    return this.#error('bad-value', written.span, '`now` is an instant', 'write `now: "2026-01-05T12:00:00Z"`');
  }

  /** A constant of a type, from how it is written in a test. */
  #value(type: Type, written: Expression): Value | undefined {
    if (written.kind === 'invalid') return undefined;
    const value = constantOf(type, written);
    if (value !== undefined && (typeof value !== 'string' || type.kind !== 'enum' || type.values.includes(value)))
      return value;
    const near = type.kind === 'enum' && typeof value === 'string' ? suggest(value, type.values) : undefined;
    return this.#error(
      'bad-value',
      written.span,
      `this should be ${describeType(type)}`,
      mendLiteral(type, written) ??
        didYouMean(
          written.span,
          near,
          type.kind === 'enum'
            ? `its values are ${listWords(type.values)}`
            : `write a value such as \`${exampleOf(type)}\``,
        ),
    );
  }

  #model(expression: Expression): string | undefined {
    const models = checkModels(this.#context, expression);
    const [index] = models === 'requested' ? [] : (models ?? []);
    return index === undefined ? undefined : this.#policy.environment.models[index]?.name;
  }

  #expectation({ expect, span }: Expectation): CheckedExpectation | undefined {
    switch (expect.kind) {
      case 'plan': {
        const models = expect.models.map((model) => this.#model(model));
        const named = models.flatMap((model) => model ?? []);
        return named.length === models.length ? { span, kind: 'plan', models: named } : undefined;
      }
      case 'served': {
        const model = expect.model === 'nothing' ? null : this.#model(expect.model);
        return model === undefined ? undefined : { span, kind: 'served', model };
      }
      case 'removed': {
        const model = this.#model(expect.model);
        const rules = [...this.#policy.constraints.map(({ id }) => id), ...builtInRules];
        const rule = this.#known('rule', expect.rule, rules);
        return model === undefined || rule === undefined ? undefined : { span, kind: 'removed', model, rule };
      }
      case 'reject':
        return {
          span,
          kind: 'reject',
          status: checkStatus(this.#context, expect.reject),
          message: expect.reject.message ?? null,
        };
      case 'tag':
      case 'set':
      case 'cap':
        return this.#written(span, expect.kind, expect.name, expect.value);
      default: {
        const name = this.#known(expect.kind, expect.name, this.#names(expect.kind));
        return name === undefined ? undefined : { span, kind: expect.kind, name };
      }
    }
  }

  #names(kind: 'route' | 'replaced' | 'budget' | 'limit' | 'guard' | 'cache' | 'notify'): readonly string[] {
    const { choices, budgets, limits, environment } = this.#policy;
    const ids = (rules: readonly { readonly id: string }[]) => rules.map(({ id }) => id);
    const names = {
      route: [...ids(choices), 'otherwise'],
      replaced: [...ids(budgets), ...ids(limits)],
      budget: ids(budgets),
      limit: ids(limits),
      guard: [...environment.guards.keys()],
      cache: ['exact', 'semantic', 'off'],
      notify: [...environment.channels],
    };
    return names[kind];
  }

  #known(
    kind: string,
    { text, span }: { text: string; span: Test['span'] },
    names: readonly string[],
  ): string | undefined {
    if (names.includes(text)) return text;
    const near = suggest(text, names);
    const otherwise = names.length > 0 ? `there is ${listWords(names)}` : 'the policy has none';
    return this.#error('unknown-name', span, `no ${kind} is called \`${text}\``, didYouMean(span, near, otherwise));
  }

  #written(
    span: Test['span'],
    kind: 'tag' | 'set' | 'cap',
    name: { text: string; span: Test['span'] },
    written: Expression,
  ): CheckedExpectation | undefined {
    const { tags, sets, environment } = this.#policy;
    const names = {
      tag: tags.map(({ tag }) => tag),
      set: sets.map(({ parameter }) => parameter),
      cap: ['output', 'cost', 'time'],
    }[kind];
    const known = this.#known(kind, name, names);
    const value = plainValue(written, environment.currency);
    if (value === undefined)
      return this.#error('bad-value', written.span, 'a constant is wanted here', 'write a text, a word or a number');
    return known === undefined ? undefined : { span, kind, name: known, value };
  }
}

function constantOf(type: Type, written: Expression): Value | undefined {
  const word = bareWord(written);
  if (word !== undefined) return type.kind === 'enum' ? word : undefined;
  if (written.kind === 'set-literal') return type.kind === 'set' ? setOf(type, written.elements) : undefined;
  return written.kind === 'literal' && literalFits(type, written) ? written.value : undefined;
}

function setOf(type: Type & { kind: 'set' }, elements: readonly Expression[]): Value | undefined {
  const values = elements.map((element) =>
    element.kind === 'literal' && element.type === 'string' ? element.value : bareWord(element),
  );
  const read = values.flatMap((value) =>
    value !== undefined && (type.values?.includes(value) ?? true) ? [value] : [],
  );
  return read.length === values.length ? [...new Set(read)].sort() : undefined;
}

function literalFits(type: Type, literal: Literal): boolean {
  if (literal.type !== 'integer') return literal.type === type.kind;
  const kinds = { tok: 'tokens', req: 'requests', none: 'count', 'input tok': '', 'output tok': '' };
  return kinds[literal.unit ?? 'none'] === type.kind;
}

/** A constant in its JSON form: what a decision shows of a tag, a parameter or a cap. */
function plainValue(written: Expression, currency: string): Value | undefined {
  const word = bareWord(written);
  if (word !== undefined) return word;
  if (written.kind !== 'literal') return undefined;
  const kind = written.type === 'integer' ? 'count' : written.type;
  return writeValue({ kind }, written.value, currency);
}
