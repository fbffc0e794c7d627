import { z } from 'zod';
import type { PushRequest, RollbackRequest } from '../gateway/administer-policies.ts';
import { differenceKinds } from '../gateway/compare-decisions.ts';
import { openAdminDoor } from './admin-door.ts';

const acceptance = {
  name: z.string(),
  digest: z.string(),
  origin: z.string(),
  by: z.string(),
  message: z.string().nullable(),
  at: z.string(),
};
const outcomeShape = z.looseObject({
  outcome: z.string(),
  route: z.string().nullable(),
  models: z.array(z.string()),
  reject: z.string().nullable(),
});
const witnessShape = z.looseObject({
  differs: z.array(z.string()),
  count: z.number(),
  requestId: z.string(),
  live: outcomeShape,
  shadow: outcomeShape,
});
const reportShape = z.looseObject({
  compared: z.number(),
  differing: z.number(),
  failed: z.number(),
  failure: z.string().nullable(),
  byKind: z.partialRecord(z.enum(differenceKinds), z.number()),
  witnesses: z.array(witnessShape),
});
const shadowShape = z.looseObject({
  ...acceptance,
  share: z.string(),
  problem: z.string().nullable(),
  report: reportShape.nullable(),
});
const statusShape = z.looseObject({
  ...acceptance,
  policy: z.string(),
  file: z.union([z.looseObject({ digest: z.string() }), z.looseObject({ problem: z.string() })]),
  store: z.looseObject(acceptance).nullable(),
  differ: z.boolean(),
  problem: z.string().nullable(),
  shadow: shadowShape.nullable(),
});
const shownShape = z.looseObject({ source: z.string(), policies: z.array(statusShape) });
const pushShape = statusShape.extend({ outcome: z.string(), diagnostics: z.array(z.unknown()) });
const historyShape = z.looseObject({
  policies: z.array(z.looseObject({ ...acceptance, policy: z.string(), live: z.boolean() })),
});

/** As the gateway tells them. */
export type RemoteStatus = z.output<typeof statusShape>;
export type RemoteStatuses = z.output<typeof shownShape>;
export type RemoteVersion = z.output<typeof historyShape>['policies'][number];
export type RemotePush = z.output<typeof pushShape>;

/** The policies of a running gateway, over its `/admin`. What it refuses ends the command with its words. */
export function remotePolicies(url: string) {
  const ask = openAdminDoor(url);
  return {
    status: () => ask(shownShape, 'GET', 'policy'),
    history: () => ask(historyShape, 'GET', 'policies'),
    push: ({ content, by, message, policy }: PushRequest, shadow: string | undefined): Promise<RemotePush> =>
      ask(pushShape, 'PUT', 'policy', { ...content, ...stated({ by, message: message ?? undefined, policy, shadow }) }),
    rollback: (request: RollbackRequest): Promise<RemoteStatus> =>
      ask(statusShape, 'POST', 'policy/rollback', stated({ ...request })),
    endShadow: ({ policy, by, message }: RollbackRequest): Promise<RemoteStatus> =>
      ask(statusShape, 'POST', 'policy/rollback', stated({ shadow: true, policy, by, message })),
  };
}

/** Without what was not said. */
function stated(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}
