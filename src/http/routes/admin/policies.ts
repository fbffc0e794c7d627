import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import { renderJson } from '../../../diagnostics/render/json.ts';
import type { PolicyAdministration, PushResult } from '../../../gateway/administer-policies.ts';
import { PolicyRefused } from '../../../gateway/policy-refused.ts';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { contextOf } from '../../context.ts';
import { sendError } from '../../middleware/errors.ts';
import { answer, bringerShape, messageShape, readBody } from './answer.ts';
import { readPush } from './read-push.ts';

/** `GET /admin/policy`: what is in force, with its text and all layers; `?policy=` names one of several, else it is the last. */
export function showPolicy(policies: PolicyAdministration): RequestHandler {
  return ({ query }, response) => {
    const { status, content } = policies.show(typeof query['policy'] === 'string' ? query['policy'] : undefined);
    const { policySource: source } = contextOf(response).running.inventory.config;
    answer(response, 200, { ...status, ...content, source, policies: policies.status() });
  };
}

/** `GET /admin/policies`: the versions that there were, newest first. */
export function listVersions(policies: PolicyAdministration): RequestHandler {
  return async (_request, response) => {
    answer(response, 200, { policies: await policies.history() });
  };
}

/** `PUT /admin/policy`: takes a version up, or says all that is wrong with it. */
export function pushPolicy(policies: PolicyAdministration): RequestHandler {
  return async ({ body, query }, response) => {
    const pushed = await policies.push(readPush(body, query)).catch((error: unknown) => refused(error, response));
    if (pushed !== undefined) answer(response, 200, viewPush(pushed));
  };
}

const rollbackShape = z.strictObject({
  digest: z.string().optional(),
  policy: z.string().optional(),
  shadow: z.boolean().optional(),
  by: bringerShape.optional(),
  message: messageShape.optional(),
});

/** `POST /admin/policy/rollback`: to a version of the history, by default the one before; or ends what is tried in the shadow. */
export function rollbackPolicy(policies: PolicyAdministration): RequestHandler {
  return async ({ body }, response) => {
    const { digest, policy, shadow, by = 'admin', message = null } = readBody(rollbackShape, body ?? {});
    if (shadow && digest !== undefined) {
      throw new GatewayError('invalid_request', '`shadow` ends the trial, whatever its digest: leave one of them out');
    }
    const wanted = { policy, digest, by, message };
    const change = shadow ? policies.endShadow(wanted) : policies.rollback(wanted);
    const status = await change.catch((error: unknown) => refused(error, response));
    if (status !== undefined) answer(response, 200, { outcome: shadow ? 'shadow ended' : 'swapped', ...status });
  };
}

function viewPush({ outcome, status, diagnostics }: PushResult) {
  return { ok: true, outcome, ...status, diagnostics: diagnostics.map(renderJson) };
}

/** What `check --format json` prints, beside what every error has. */
function refused(error: unknown, response: Response): undefined {
  if (!(error instanceof PolicyRefused)) throw error;
  sendError(response, error, { ok: false, diagnostics: error.diagnostics.map(renderJson) });
  return undefined;
}
