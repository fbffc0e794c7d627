import type { IndexStats, ProgramStats } from '../../compile/program-stats.ts';
import { resultColours } from './colours.ts';

/** The compiled form of a policy for a person: each list of rules with its form, its size, and why. */
export function renderStats(file: string, stats: ProgramStats): string {
  const { policy, digest, facts, requiredFacts, models, columns, codes, lists } = stats;
  return [
    `${resultColours.bold(file)}  policy "${policy}"`,
    `  digest       ${resultColours.dim(digest)}`,
    `  facts        ${facts}, of which ${requiredFacts.length} are gathered; ${columns} columns, ${codes} codes`,
    `  models       ${models}`,
    ...lists.map(renderList),
  ].join('\n');
}

const names: Readonly<Record<IndexStats['form'], string>> = {
  diagram: 'decision diagram',
  bits: 'bit-vectors',
  scan: 'ordered scan',
};

const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  conditions: ['condition', 'conditions'],
  nodes: ['node', 'nodes'],
  edges: ['edge', 'edges'],
  lines: ['line', 'lines'],
  words: ['word', 'words'],
  direct: ['evaluated directly', 'evaluated directly'],
};

function renderList({ list, form, conditions, size, why }: IndexStats): string {
  const counted = Object.entries({ conditions, ...size })
    .filter(([what, count]) => what !== 'direct' || count > 0)
    .map(([what, count]) => `${count} ${units[what]?.[count === 1 ? 0 : 1] ?? what}`);
  return `  ${list.padEnd(12)} ${names[form]}: ${counted.join(', ')} (${why})`;
}
