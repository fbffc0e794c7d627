import { questionKey } from '../compile/fact-table.ts';
import type { Ir } from '../compile/ir.ts';
import type { FactSlot, PolicyProgram } from '../compile/program.ts';
import { writeValue } from '../semantics/read-value.ts';
import type { Value } from '../semantics/types.ts';
import { evaluate, readRow } from './evaluate.ts';
import type { Facts } from './facts.ts';

type Atom = Extract<Ir, { readonly fact: number }>;

/**
 * What a program asks of facts whose values are kept nowhere: of each request, every atom, as a policy would write it, and whether it holds.
 * Undefined where it asks nothing of such facts.
 */
export function sensitiveTruths(
  program: PolicyProgram,
): ((facts: Facts) => readonly (readonly [atom: string, holds: boolean])[]) | undefined {
  const { tables: _, ...rules } = program;
  const asked = new Map<string, Atom>();
  for (const atom of atomsIn(rules)) {
    const slot = program.facts[atom.fact];
    if (slot?.sensitive) asked.set(writeAtom(atom, slot, program.currency), atom);
  }
  if (asked.size === 0) return undefined;
  const atoms = [...asked].sort(([one], [other]) => (one < other ? -1 : 1));
  return (facts) => {
    const row = readRow(program, facts);
    return atoms.map(([written, atom]) => [written, evaluate(atom, row)] as const);
  };
}

const atomOps: ReadonlySet<unknown> = new Set(['known', 'compare', 'in', 'has', 'like', 'week']);

/** Wherever conditions stand in a program, which is plain data. */
function atomsIn(value: unknown): readonly Atom[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('op' in value && 'fact' in value && atomOps.has(value.op)) return [value as Atom];
  return Object.values(value).flatMap(atomsIn);
}

function writeAtom(atom: Atom, { key, type }: FactSlot, currency: string): string {
  const written = (value: Value): string => {
    const json = writeValue(type, value, currency);
    return type.kind === 'string' ? JSON.stringify(json) : String(json);
  };
  switch (atom.op) {
    case 'known':
      return `${key} is known`;
    case 'compare':
      return `${key} ${atom.relation} ${written(atom.value)}`;
    case 'in':
      return `${key} in { ${atom.values.map(written).join(', ')} }`;
    case 'has':
      return `${JSON.stringify(atom.element)} in ${key}`;
    case 'like':
      return questionKey(key, atom.pattern);
    case 'week':
      return `${key} in a schedule`;
  }
}
