import { z } from 'zod';
import type { Type, Value } from '../semantics/types.ts';
import type { Ir } from './ir.ts';
import type { FactSlot } from './program.ts';

const whole = z.int().nonnegative();
const words = z.array(z.string());
const plain = z.enum([
  'bool',
  'string',
  'tokens',
  'requests',
  'count',
  'money',
  'duration',
  'percent',
  'decimal',
  'time',
]);

export const valueShape: z.ZodType<Value> = z.union([z.boolean(), whole, z.string(), words]);
export const typeShape: z.ZodType<Type> = z.union([
  z.strictObject({ kind: z.literal('enum'), name: z.string(), values: words }),
  z.strictObject({ kind: z.literal('set'), values: words.exactOptional() }),
  z.strictObject({ kind: plain }),
]);

/** Whether a value is held as values of a type are. */
function isOf({ kind }: Type, value: Value): boolean {
  if (kind === 'bool') return typeof value === 'boolean';
  if (kind === 'set') return Array.isArray(value);
  return typeof value === (kind === 'string' || kind === 'enum' ? 'string' : 'number');
}

const slot = z
  .strictObject({
    key: z.string(),
    type: typeShape,
    absent: valueShape.exactOptional(),
    derived: z.boolean().exactOptional(),
    sensitive: z.boolean().exactOptional(),
    modelState: z.boolean().exactOptional(),
  })
  .refine(({ type, absent }) => absent === undefined || isOf(type, absent), 'its default is of another type');

/** The facts that a program reads, each once. */
export const factsShape: z.ZodType<readonly FactSlot[]> = z
  .array(slot)
  .refine((slots) => new Set(slots.map(({ key }) => key)).size === slots.length, 'a fact stands there twice');

type AtomIr = Extract<Ir, { readonly fact: number }>;
const wordTypes: ReadonlySet<string> = new Set(['string', 'enum']);
const equalities: ReadonlySet<string> = new Set(['==', '!=']);

/** Whether an atom asks what can be asked of facts of a type. */
function canBeAsked(type: Type, atom: AtomIr): boolean {
  const isNumber = type.kind !== 'bool' && type.kind !== 'set' && !wordTypes.has(type.kind);
  switch (atom.op) {
    case 'known':
      return true;
    case 'compare':
      return type.kind !== 'set' && isOf(type, atom.value) && (isNumber || equalities.has(atom.relation));
    case 'in':
      return (isNumber || wordTypes.has(type.kind)) && atom.values.every((value) => isOf(type, value));
    case 'has':
      return type.kind === 'set';
    case 'like':
      return wordTypes.has(type.kind);
    default:
      return isNumber;
  }
}

/** A condition over these facts. */
export function conditionShape(facts: readonly FactSlot[]): z.ZodType<Ir> {
  const fact = whole.lt(facts.length);
  const relation = z.enum(['==', '!=', '<', '<=', '>', '>=']);
  const place = z.enum(['all', 'start', 'end', 'anywhere']);
  const pattern = z.strictObject({ kind: z.literal('like'), place, text: z.string() });
  const atom = z
    .discriminatedUnion('op', [
      z.strictObject({ op: z.literal('known'), fact }),
      z.strictObject({ op: z.literal('compare'), fact, relation, value: valueShape }),
      z.strictObject({ op: z.literal('in'), fact, values: z.array(valueShape) }),
      z.strictObject({ op: z.literal('has'), fact, element: z.string() }),
      z.strictObject({ op: z.literal('like'), fact, pattern }),
      z.strictObject({ op: z.literal('week'), fact, spans: z.array(z.tuple([whole, whole])) }),
    ])
    .refine((asked) => facts.slice(asked.fact, asked.fact + 1).every(({ type }) => canBeAsked(type, asked)), {
      message: 'its fact cannot be asked this',
    });
  const condition: z.ZodType<Ir> = z.lazy(() => joined);
  const joined = z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('constant'), value: z.boolean() }),
    z.strictObject({ op: z.enum(['and', 'or']), of: z.array(condition) }),
    z.strictObject({ op: z.literal('not'), of: condition }),
    atom,
  ]);
  return joined;
}
