import type { JsonObject } from '../json.ts';
import type { TextRole } from './slot.ts';

const roles: ReadonlyMap<unknown, TextRole> = new Map<unknown, TextRole>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool-result'],
  ['function', 'tool-result'],
]);

/** Who speaks in a part, where the part says so. */
export function roleOf({ role, type }: JsonObject, before: TextRole): TextRole {
  const spoken = roles.get(role);
  if (spoken !== undefined) return spoken;
  if (typeof type !== 'string') return before;
  if (/(?:_output|tool_result)$/.test(type)) return 'tool-result';
  if (/(?:_call|tool_use)$/.test(type)) return 'tool-call';
  return type === 'reasoning' || type === 'thinking' ? 'reasoning' : before;
}

/** Of a function or a tool; whoever speaks is named by a text. */
export const isName = (holder: JsonObject, field: string): boolean =>
  field === 'name' && roles.get(holder['role']) === undefined;
