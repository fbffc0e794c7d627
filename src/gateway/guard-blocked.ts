import type { Blocked } from '../guards/guard.ts';
import { GatewayError } from '../protocol/gateway-error.ts';

/** Says which guard and which of its rules, and never what was matched. */
export function guardBlocked({ guard, rule }: Blocked, what: 'request' | 'answer'): GatewayError {
  const why = rule === 'failed' ? 'it could not be asked, and its `on_error` is `block`' : `its rule \`${rule}\``;
  return new GatewayError('guard_blocked', `the guard \`${guard}\` does not let the ${what} pass: ${why}`);
}
