import { createHmac, hash } from 'node:crypto';
import type { Charge } from '../decide/charges.ts';
import { writeMoney } from '../syntax/quantities.ts';

/** A budget that has reached a value at which somebody wants to know. */
export interface DueNotice {
  /** Of the counter with its window, and the value. */
  readonly notice: string;
  readonly channel: string;
  readonly at: string;
  readonly charge: Pick<Charge, 'name' | 'policy' | 'each' | 'amount' | 'window'>;
  /** What is used, as the decision found it: `84%`; null where it is not known. */
  readonly used: string | null;
  /** When the counter begins anew; null: never. */
  readonly endsAt: number | null;
}

/** The body that is posted. `text` is what chat systems show. */
export function noticeBody(due: DueNotice, currency: string): string {
  const { notice, at, charge, used, endsAt } = due;
  const { name, policy, each, amount } = charge;
  const of = Object.entries(each).map(([attribute, value]) => `${attribute} ${value}`);
  const whose = of.length === 0 ? '' : ` of ${of.join(', ')}`;
  const money = writeMoney(amount, currency);
  return JSON.stringify({
    text: `budget ${name}${whose} has reached ${at} of ${money}`,
    id: noticeId(notice),
    budget: name,
    policy,
    each,
    at,
    used,
    amount: money,
    endsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
  });
}

/** The same for every try and every process: whoever hears of it twice knows it by this. */
function noticeId(notice: string): string {
  return hash('sha256', notice, 'hex').slice(0, 32);
}

/**
 * What proves who sent a body, and when: `x-llmpolicy-signature: v1=` and the HMAC-SHA256 of the timestamp, a dot and the body, in
 * hexadecimal. Receivers refuse old timestamps. Without a secret nothing is proved.
 */
export function signedHeaders(body: string, secret: string, seconds: number): Readonly<Record<string, string>> {
  const headers = { 'content-type': 'application/json', 'x-llmpolicy-timestamp': String(seconds) };
  if (secret === '') return headers;
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { ...headers, 'x-llmpolicy-signature': `v1=${signature}` };
}
