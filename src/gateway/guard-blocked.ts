import type { Blocked } from '../guards/guard.ts';
import { GatewayError } from '../protocol/gateway-error.ts';

/** Says which guard and which of its rules, and never what was matched. */
export function guardBlocked({ guard, rule, inName }: Blocked, what: 'request' | 'answer'): GatewayError {
  const where =
    inName === true ? ', in a name (of a tool, a parameter, a word of an enum, a key), which cannot be redacted' : '';
  const why =
    rule === 'failed' ? 'it could not be asked, and its `on_error` is `block`' : `its rule \`${rule}\`${where}`;
  return new GatewayError('guard_blocked', `the guard \`${guard}\` does not let the ${what} pass: ${why}`);
}
