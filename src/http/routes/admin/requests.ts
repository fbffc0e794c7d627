import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Clock } from '../../../gateway/clock.ts';
import { viewEntry } from '../../../gateway/view-entry.ts';
import { type EntryFilter, type Ledger, mostInPage } from '../../../ledger/ledger.ts';
import { entryStates } from '../../../ledger/ledger-entry.ts';
import { GatewayError } from '../../../protocol/gateway-error.ts';
import { unavailable } from '../feedback.ts';
import { instantOf } from './usage.ts';

export interface RequestsRoom {
  readonly ledger: Pick<Ledger, 'page' | 'notices'>;
  readonly clock: Clock;
}

const word = z.string().max(256).optional();
const queryShape = z.strictObject({
  key: word,
  team: word,
  user: word,
  model: word,
  state: z.enum(entryStates).optional(),
  since: word,
  until: word,
  size: z.coerce.number().int().min(1).max(mostInPage).default(50),
  after: z
    .string()
    .regex(/^\d{1,16} [\w-]{0,64}$/)
    .optional(),
});

/** `GET /admin/requests`: entries of the ledger, newest first. A page may be short and have a `next` one. */
export function requestsRoute({ ledger, clock }: RequestsRoom): RequestHandler {
  return async ({ query }, response) => {
    const read = queryShape.safeParse(query);
    if (!read.success) {
      const param = String(read.error.issues[0]?.path[0] ?? '') || null;
      const message = `ask by key, team, user, model, state (${entryStates.join(', ')}), since, until, size up to ${mostInPage}, after`;
      throw new GatewayError('invalid_request', message, { param });
    }
    const { since, until, size, after = null, ...asked } = read.data;
    const filter = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as EntryFilter;
    const now = clock.wallNow();
    const span = { since: instantOf('since', since, now, 0), until: instantOf('until', until, now, now + 1) };
    const page = await ledger.page({ filter, ...span, size, after }).catch(unavailable);
    response.json({ requests: page.entries.map(viewEntry), next: page.next });
  };
}

/** `GET /admin/notices`: what was told to whom, newest first. */
export function noticesRoute({ ledger }: Pick<RequestsRoom, 'ledger'>): RequestHandler {
  return async (_request, response) => {
    const notices = await ledger.notices().catch(unavailable);
    response.json({ notices: notices.map((notice) => ({ ...notice, at: new Date(notice.at).toISOString() })) });
  };
}
