import { needs } from '../protocol/needs.ts';

/** The ids of the constraints that hold in every policy, in the order in which `removed` names them. */
export const builtInRules: readonly string[] = [
  'context-window',
  'endpoint',
  'continues',
  ...needs.map((need) => `needs-${need}`),
];
