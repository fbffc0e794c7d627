import { z } from 'zod';
import type { Diagnostic, Parsed } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { createSource, type Source } from '../diagnostics/source.ts';
import type { Span } from '../diagnostics/span.ts';
import { withoutMark } from '../protocol/json.ts';
import { editions } from '../semantics/check-header.ts';
import type { Environment, Model } from '../semantics/environment.ts';
import { compiledForShape, differencesFrom } from './compiled-for.ts';
import { depthOf } from './depth-of.ts';
import { digestOf } from './digest.ts';
import { meaning } from './meaning.ts';
import type { PolicyProgram } from './program.ts';
import { parseProgramContent } from './program-shape.ts';
import { buildTables } from './tables.ts';
import { unpricedModels } from './unpriced-models.ts';
import { compiledFormat, compiledVersion } from './write-compiled.ts';

/** A compiled policy is told from a text by how it begins, whatever it is called. */
export function isCompiled({ text }: Source): boolean {
  return /^\uFEFF?\s*\{/.test(text);
}

const headerShape = z.looseObject({ format: z.literal(compiledFormat), version: z.number() });
const fileShape = z.strictObject({
  format: z.literal(compiledFormat),
  version: z.number(),
  policy: z.string(),
  edition: z.number(),
  meaning: z.number(),
  digest: z.string(),
  compiledFor: compiledForShape,
  program: z.unknown(),
  tables: z.unknown(),
});

/** No policy nests so deep that its file does; what does would end the reader's stack. */
const deepest = 600;

/** The first lines of what cannot be used; most differences between two configs come from one. */
const mostShown = 5;

/**
 * A program from a file that `compile` wrote, for this config. It is refused, with the reason, where it is damaged, written by
 * another version of the language, or compiled for another config. The tables in the file are not read: they follow from the rules,
 * and are built from them, since the digest speaks of the rules alone.
 */
export function readCompiled(source: Source, environment: Environment): Parsed<PolicyProgram> {
  const span = beginningOf(source);
  const json = readJson(source.text);
  if ('problem' in json) return refused(broken(span, 'it is not whole JSON', [json.problem]));
  const header = headerShape.safeParse(json.value);
  if (!header.success) {
    return refused(broken(span, `it is no file of the format \`${compiledFormat}\``, []));
  }
  if (header.data.version !== compiledVersion) return refused(otherVersion(span, 'format', header.data.version));
  if (depthOf(json.value) > deepest) {
    return refused(broken(span, 'it nests too deep', [`at most ${deepest} levels are read`]));
  }
  const file = fileShape.safeParse(json.value);
  if (!file.success) return refused(broken(span, 'its header is wrong', [describeIssue(file.error)]));
  return readProgram(span, file.data, environment);
}

function readProgram(span: Span, file: z.output<typeof fileShape>, environment: Environment): Parsed<PolicyProgram> {
  if (!editions.includes(file.edition)) return refused(otherVersion(span, 'edition', file.edition));
  if (file.meaning !== meaning) return refused(otherVersion(span, 'meaning', file.meaning));
  const digest = digestOf(file.program);
  if (digest !== file.digest) {
    return refused(broken(span, 'its digest is not that of its rules', [`it says ${file.digest}`, `it is ${digest}`]));
  }
  const differences = differencesFrom(file.compiledFor, environment);
  if (differences.length > 0) return refused(forAnotherConfig(span, differences));
  const content = parseProgramContent(file.program);
  if (!content.success) return refused(broken(span, 'what it decides by is wrong', [describeIssue(content.error)]));
  const { name, edition, meaning: said, models } = content.data;
  const agrees =
    name === file.policy &&
    edition === file.edition &&
    said === file.meaning &&
    models.length === environment.models.length &&
    environment.models.every((model, index) => model.name === models[index]?.name);
  if (!agrees) return refused(broken(span, 'its header is that of another policy', []));
  const program = { ...content.data, digest, tables: buildTables(content.data) };
  const unpriced = unpricedModels(program, environment);
  return unpriced.length > 0 ? refused(withoutPrices(span, unpriced)) : { value: program, diagnostics: [] };
}

function withoutPrices(span: Span, models: readonly Model[]): Diagnostic {
  const named = models.slice(0, mostShown).map(({ name, declaredAt }) => `\`${name}\` (${declaredAt})`);
  const message = 'this policy counts money and can reach models whose price is not known';
  return errorAt('unknown-price', span, message, {
    notes: named,
    help: 'write `price_in: …` and `price_out: …` beside them under `models:`, or `price: free`',
  });
}

const refused = (diagnostic: Diagnostic): Parsed<never> => ({ value: undefined, diagnostics: [diagnostic] });

/** Where findings stand: the file's beginning, since nobody wrote the rest. A line of it may be very long. */
export function beginningOf({ name, text }: Source): Span {
  const [line = ''] = text
    .slice(0, 80)
    .trimStart()
    .split(/[\r\n]/, 1);
  return { source: createSource(name, line), start: 0, end: 1 };
}

function readJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(withoutMark(text)) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function describeIssue({ issues: [issue] }: z.ZodError): string {
  const path = (issue?.path ?? [])
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('');
  return `\`${path.replace(/^\./, '')}\`: ${issue?.message ?? 'it is missing'}`;
}

const again = 'compile it again from its text: `llmpolicy compile POLICY -o FILE`';

function broken(span: Span, what: string, notes: readonly string[]): Diagnostic {
  return errorAt('compiled-broken', span, `this compiled policy is damaged: ${what}`, { notes, help: again });
}

function otherVersion(span: Span, what: string, found: number): Diagnostic {
  const known = { format: compiledVersion, edition: editions.join(', '), meaning }[what];
  return errorAt(
    'compiled-otherwise',
    span,
    `this policy was compiled by a version of llmpolicy with ${what} ${found}`,
    {
      notes: [`this version has ${what} ${known}`],
      help: `${again}, or run the version that compiled it`,
    },
  );
}

function forAnotherConfig(span: Span, differences: readonly string[]): Diagnostic {
  const more = differences.length - mostShown;
  return errorAt('compiled-elsewhere', span, 'this policy was compiled for another config', {
    notes: [...differences.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])],
    help: `${again}, with this config`,
  });
}
