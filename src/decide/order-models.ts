import type { PolicyProgram, ProgramPick } from '../compile/program.ts';
import { type FactRow, textOf } from './evaluate.ts';
import type { LoadedProgram } from './load-program.ts';
import { murmur3 } from './murmur3.ts';

/** The models of a pick, in the order in which they are tried. Ties are broken by catalogue order. */
export function orderModels(loaded: LoadedProgram, pick: ProgramPick, row: FactRow): readonly number[] {
  const { program } = loaded;
  const models = pick.models === 'requested' ? requestedModels(loaded, row) : pick.models;
  const { order } = pick;
  if (order === 'written') return models;
  if (order === 'cheapest') return models.toSorted((a, b) => compareCost(loaded, row, a, b) || a - b);
  if (order === 'fastest')
    return models.toSorted((a, b) => latencyOf(program, row, a) - latencyOf(program, row, b) || a - b);
  const key = textOf(program, order.key, row);
  const place = (model: number) => murmur3(`${order.salt}\0${key}\0${program.models[model]?.name}`);
  const places = new Map(models.map((model) => [model, place(model)]));
  return models.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0) || a - b);
}

/** The models that answer to the name that was asked for. */
function requestedModels({ answers, facts }: LoadedProgram, row: FactRow): readonly number[] {
  const asked = row[facts.requestModel];
  return (typeof asked === 'string' ? answers.get(asked) : undefined) ?? [];
}

/** Tokens of an answer that `cheapest of` reckons with. */
const reckonedOutput = 1000n;

/** Input price × tokens of the request + output price × 1,000 tokens, exact. */
function compareCost({ program, facts }: LoadedProgram, row: FactRow, a: number, b: number): number {
  const tokens = BigInt(Number(row[facts.inputTokens] ?? 0));
  const cost = (model: number) => {
    const [input, output] = program.models[model]?.price ?? [0, 0];
    return BigInt(input) * tokens + BigInt(output) * reckonedOutput;
  };
  const difference = cost(a) - cost(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** What was never measured comes last. */
function latencyOf(program: PolicyProgram, row: FactRow, model: number): number {
  const latency = row[program.models[model]?.latency ?? -1];
  return typeof latency === 'number' ? latency : Number.MAX_SAFE_INTEGER;
}
