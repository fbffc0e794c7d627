import type { PolicyProgram, ProgramPick } from '../compile/program.ts';
import { type FactRow, textOf } from './evaluate.ts';
import { murmur3 } from './murmur3.ts';

/** The models of a pick, in the order in which they are tried. Ties are broken by catalogue order. */
export function orderModels(program: PolicyProgram, pick: ProgramPick, row: FactRow): readonly number[] {
  const models = pick.models === 'requested' ? requestedModels(program, row) : pick.models;
  const { order } = pick;
  if (order === 'written') return models;
  if (order === 'cheapest') return models.toSorted((a, b) => compareCost(program, row, a, b) || a - b);
  if (order === 'fastest')
    return models.toSorted((a, b) => latencyOf(program, row, a) - latencyOf(program, row, b) || a - b);
  const key = textOf(program, order.key, row);
  const place = (model: number) => murmur3(`${order.salt}\0${key}\0${program.models[model]?.name}`);
  const places = new Map(models.map((model) => [model, place(model)]));
  return models.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0) || a - b);
}

/** The models that answer to the name that was asked for. */
function requestedModels(program: PolicyProgram, row: FactRow): readonly number[] {
  const asked = factOf(program, row, 'request.model');
  return program.answers.find(([name]) => name === asked)?.[1] ?? [];
}

function factOf(program: PolicyProgram, row: FactRow, key: string) {
  return row[program.facts.findIndex((slot) => slot.key === key)];
}

/** Tokens of an answer that `cheapest of` reckons with. */
const reckonedOutput = 1000n;

/** Input price × tokens of the request + output price × 1,000 tokens, exact. */
function compareCost(program: PolicyProgram, row: FactRow, a: number, b: number): number {
  const tokens = BigInt(Number(factOf(program, row, 'request.input_tokens') ?? 0));
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
