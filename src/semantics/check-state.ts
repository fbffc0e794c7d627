import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Path } from '../syntax/ast.ts';
import type { Context, Use } from './context.ts';
import type { Operand } from './typed.ts';
import type { Type } from './types.ts';

const counterFacts: Readonly<Record<'budget' | 'limit', Readonly<Record<string, Type>>>> = {
  budget: { used: { kind: 'percent' } },
  limit: { used: { kind: 'percent' }, exhausted: { kind: 'bool' } },
};

/** `budget.NAME.used`, `limit.NAME.used`, `limit.NAME.exhausted`. */
export function checkCounterFact(
  context: Context,
  path: Path,
  root: 'budget' | 'limit',
  [name = '', fact = '', ...more]: readonly string[],
): Operand | undefined {
  const counter = context.counters.get(`${root}.${name}`);
  if (!counter) {
    const known = [...context.counters.values()].filter(({ kind }) => kind === root).map((found) => found.name);
    const near = suggest(name, known);
    const place = path.segments[1]?.span ?? path.span;
    const mend = didYouMean(place, near, `declare it: \`${root} ${name} …\``);
    return context.findings.error('unknown-name', place, `no ${root} is called \`${name}\``, mend);
  }
  const type = more.length === 0 ? counterFacts[root][fact] : undefined;
  if (!type) {
    const facts = Object.keys(counterFacts[root]).map((word) => `\`${root}.${name}.${word}\``);
    return context.findings.error('unknown-name', path.span, `a ${root} has no \`${[fact, ...more].join('.')}\``, {
      help: `there is ${facts.join(' and ')}`,
    });
  }
  if (counter.perAttempt) {
    return context.findings.error('counter-per-attempt', path.span, `\`${name}\` counts for each model on its own`, {
      help: `ask of one model: \`MODEL.${name}.exhausted\``,
    });
  }
  return fromFact(context, path, `${root}.${name}.${fact}`, type);
}

/** `haiku.azure-tpm.exhausted`: whether a counter that is charged by attempts has nothing left for the model. */
export function modelCounterFact(
  context: Context,
  path: Path,
  model: string,
  [name = '', fact = '']: readonly string[],
): Operand | undefined {
  const counter = context.counters.get(`budget.${name}`) ?? context.counters.get(`limit.${name}`);
  if (!counter || fact !== 'exhausted') {
    return context.findings.error('unknown-name', path.span, `\`${model}\` has no \`${name}.${fact}\``, {
      help: 'of a counter that is charged by attempts there is `MODEL.COUNTER.exhausted`',
    });
  }
  if (!counter.perAttempt) {
    return context.findings.error('counter-per-attempt', path.span, `\`${name}\` does not count for each model`, {
      help: counter.kind === 'limit' ? `read \`limit.${name}.exhausted\`` : `read \`budget.${name}.used\``,
    });
  }
  return fromFact(context, path, `${model}.${name}.exhausted`, { kind: 'bool' });
}

function fromFact(context: Context, path: Path, key: string, type: Type): Operand | undefined {
  if (context.modelAccess === 'catalogue') {
    return context.findings.error('fact-in-catalogue', path.span, `\`${key}\` changes while the gateway runs`, {
      help: '`models where` reads only what the catalogue fixes',
    });
  }
  return { span: path.span, type, parts: [{ kind: 'fact', key, type, optional: false }] };
}

/** `route` and `branch`: what the routes chose. */
export function checkTakenFact(context: Context, path: Path, root: 'route' | 'branch', use: Use): Operand | undefined {
  if (!context.taken || path.segments.length > 1) {
    return context.findings.error('not-here', path.span, `\`${root}\` cannot be read here`, {
      help: 'it may be read by the `when` of `cap`, `cache`, `guard`, `set`, `tag`, `mirror` and of promises',
    });
  }
  const values = root === 'route' ? context.taken.routes : context.taken.branches;
  const type: Type = { kind: 'enum', name: root, values };
  const optional = root === 'branch';
  if (optional && !use.mayBeMissing && !context.known.has(root)) {
    return context.findings.error('maybe-missing', path.span, '`branch` may be missing here', {
      label: 'not every request takes a split',
      notes: ['a request without it would have no answer, and every policy must have one'],
      help: 'guard it: `branch is known and …`',
    });
  }
  return { span: path.span, type, parts: [{ kind: 'fact', key: root, type, optional }] };
}
