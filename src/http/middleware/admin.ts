import { hash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { AttemptBound } from '../../gateway/bound-attempts.ts';
import { GatewayError } from '../../protocol/gateway-error.ts';
import { contextOf } from '../context.ts';

/**
 * Lets the admin token in, and nobody else. Without a token in the config there is nothing here. Whoever shows wrong ones too often
 * is not heard for a while.
 */
export function requireAdmin(attempts: AttemptBound): RequestHandler {
  return ({ headers, ip }, response, next) => {
    const { adminToken } = contextOf(response).running.inventory.config.auth;
    if (adminToken === null) {
      throw new GatewayError('not_found', 'the admin API is off: set `auth.admin_token` in the config');
    }
    const address = ip ?? '';
    const retryAfterMs = attempts.waitFor(address);
    if (retryAfterMs > 0) {
      throw new GatewayError('too_many_attempts', 'too many wrong admin tokens came from here', { retryAfterMs });
    }
    const presented = /^Bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (presented !== undefined && timingSafeEqual(digestOf(presented), digestOf(adminToken))) return next();
    attempts.failed(address);
    throw new GatewayError('invalid_admin_token', 'send the admin token: `Authorization: Bearer <admin token>`');
  };
}

/** Of one length for every text, so that a comparison takes as long whatever is compared. */
function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
