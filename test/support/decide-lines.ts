import { createInterface } from 'node:readline';
import type { PolicyProgram } from '../../src/compile/program.ts';
import { decide } from '../../src/decide/decide.ts';
import type { Value } from '../../src/semantics/types.ts';

// A process of its own: a program and facts on each line of standard input, the decision on each line of standard output.
for await (const line of createInterface({ input: process.stdin })) {
  const { program, facts }: { program: PolicyProgram; facts: [string, Value][] } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(decide(program, new Map(facts)))}\n`);
}
