import { GatewayError } from '../gateway-error.ts';

/** Deeper things are no conversation. */
const deepest = 200;

/** What cannot be looked at to its end is not let through. */
export function checkDepth(depth: number): void {
  if (depth > deepest) throw new GatewayError('invalid_request', 'the body is nested too deeply to be read');
}
