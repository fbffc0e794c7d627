import type { RequestHandler } from 'express';
import type { RequestGate } from '../../gateway/request-gate.ts';
import { GatewayError } from '../../protocol/gateway-error.ts';

const retryAfterMs = 1000;

/** Before anything of a request is read or looked up: beyond what the gateway serves at once, it waits its turn or is refused. */
export function admit(gate: RequestGate): RequestHandler {
  return (_request, response, next) => {
    // Whoever keeps a connection finds another gateway for what comes next.
    if (gate.isStopping) response.setHeader('connection', 'close');
    const turn = gate.enter((isLate) => next(isLate ? tooBusy() : undefined));
    if (turn === undefined) throw tooBusy();
    response.on('close', () => gate.leave(turn));
  };
}

function tooBusy(): GatewayError {
  return new GatewayError('gateway_busy', 'the gateway serves as many requests as it takes at once', { retryAfterMs });
}
