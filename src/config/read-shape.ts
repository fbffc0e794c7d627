import { z } from 'zod';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/report.ts';
import { type ConfigNode, nodeAt, plainValue, quoteNode } from './config-node.ts';
import { unknownWord } from './unknown-word.ts';

type Issue = z.core.$ZodIssue;

/** What zod itself may find wrong, in our words; every other leaf is a `leaf` of shapes.ts and brings its own. */
const containers: ReadonlyMap<string, readonly [message: string, help: string]> = new Map([
  ['array', ['is not a list', 'write it as `[ … ]`']],
  ['record', ['is not a map', 'write it as `{ key: value, … }`']],
  ['object', ['is not a map', 'write it as `{ key: value, … }`']],
]);

function knownKeys(shape: z.ZodType): readonly string[] {
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : [];
}

function unknownKeys(keys: readonly string[], shape: z.ZodType, node: ConfigNode): readonly Diagnostic[] {
  return keys.map((key) => {
    const span = nodeAt(node, [key])?.at ?? node.at;
    return unknownWord('config-unknown-key', span, `\`${key}\` is not known here`, key, knownKeys(shape));
  });
}

function missingKey(issue: Issue, node: ConfigNode): Diagnostic {
  const holder = nodeAt(node, issue.path.slice(0, -1)) ?? node;
  const key = String(issue.path.at(-1));
  return errorAt('config-missing-key', holder.at, `\`${key}\` is missing`, { help: `add \`${key}: …\`` });
}

function describeIssue(issue: Issue, shape: z.ZodType, node: ConfigNode): readonly Diagnostic[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, shape, node);
  const wrong = nodeAt(node, issue.path);
  if (wrong === undefined) return [missingKey(issue, node)];
  if (wrong.kind === 'scalar' && wrong.broken) return [];
  const expected = issue.code === 'invalid_type' ? containers.get(issue.expected) : undefined;
  const [message, help] = expected ?? [issue.message, issue.code === 'custom' ? issue.params?.['help'] : undefined];
  const details = typeof help === 'string' ? { help } : {};
  return [errorAt('config-invalid-value', wrong.span, `${quoteNode(wrong)} ${message}`, details)];
}

/** The value in the shape that it should have; what is wrong with it is reported where it stands. */
export function readShape<Shape extends z.ZodType>(
  shape: Shape,
  node: ConfigNode,
  diagnostics: Diagnostic[],
): z.output<Shape> | undefined {
  const result = shape.safeParse(plainValue(node));
  if (result.success) return result.data;
  diagnostics.push(...result.error.issues.flatMap((issue) => describeIssue(issue, shape, node)));
  return undefined;
}
