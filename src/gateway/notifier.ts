import { randomUUID } from 'node:crypto';
import type { ChannelConfig, GatewayConfig } from '../config/config.ts';
import { type Charge, countersRead } from '../decide/charges.ts';
import type { Decision } from '../decide/decision.ts';
import type { Facts } from '../decide/facts.ts';
import type { Ledger, NoticeEntry } from '../ledger/ledger.ts';
import { counterAt, counterKey } from '../stores/counter-at.ts';
import type { NoticeStore } from '../stores/notice-store.ts';
import { StoreUnavailable } from '../stores/store.ts';
import { attemptNotices } from './attempt-notices.ts';
import type { Clock } from './clock.ts';
import type { ChargeStanding } from './meter.ts';
import { type DueNotice, noticeBody, signedHeaders } from './notice-message.ts';
import { postNotice } from './post-notice.ts';
import type { ServedPolicy } from './served-policy.ts';

export interface NotifierTools {
  readonly notices: NoticeStore;
  readonly ledger: Pick<Ledger, 'notice'>;
  readonly clock: Clock;
  /** Hears what could not be sent. */
  readonly warn: (why: string) => void;
}

/** How long a claim holds: longer than a try and the pause before it. */
const claimMs = 90_000;
const mostTries = 8;
const firstPauseMs = 500;
const longestPauseMs = 60_000;
/** After the last try in vain somebody may try again. */
const giveUpMs = 600_000;
/** So many are being sent at once; the others are found due again by a later request. */
const mostSending = 100;
/** So long a notice of which another process takes care is not asked about again. */
const knownMs = 30_000;
const mostKnown = 10_000;
const keepMs = 7 * 86_400_000;

/** Who wants to know, and in which zone and currency. */
export type NoticeConfig = Pick<GatewayConfig, 'channels' | 'environment'>;

/** Tells whoever wants to know what budgets have reached: once for each budget, window and value, of all processes. */
export class Notifier {
  readonly #tools: NotifierTools;
  readonly #config: () => NoticeConfig;
  /** When a notice may be asked about again, by the time that never runs backwards. */
  readonly #known = new Map<string, number>();
  readonly #sending = new Set<Promise<void>>();
  readonly #stopped = new AbortController();

  /** @param config in force at the moment */
  constructor(config: () => NoticeConfig, tools: NotifierTools) {
    this.#config = config;
    this.#tools = tools;
  }

  /** Sends what a decision finds due, in its own time. */
  tell({ program }: ServedPolicy, facts: Facts, decision: Decision, standings: readonly ChargeStanding[]): void {
    for (const { charge, channel, at, used } of attemptNotices(program, decision, standings)) {
      this.#due(charge, channel, at, used);
    }
    if (decision.obligations.notify.length === 0) return;
    const charges = countersRead(program, facts);
    for (const { channel, budget, at } of decision.obligations.notify) {
      for (const charge of charges.filter(
        ({ name, unit, model }) => name === budget && unit === 'money' && model === null,
      )) {
        const used = decision.obligations.budgets.find(({ name }) => name === budget)?.used ?? null;
        this.#due(charge, channel, at, used);
      }
    }
  }

  /** Tries no more; what is not sent is claimed by another process when the claim has run out. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled(this.#sending);
  }

  #due(charge: Charge, channel: string, at: string, used: string | null): void {
    const counter = counterAt(charge, this.#tools.clock.wallNow(), this.#config().environment.timeZone);
    const endsAt = counter.kind === 'window' ? counter.end : null;
    this.#begin({ notice: `${counterKey(counter)} at ${at}`, channel, at, charge, used, endsAt });
  }

  #begin(due: DueNotice): void {
    const now = this.#tools.clock.now();
    if ((this.#known.get(due.notice) ?? 0) > now || this.#sending.size >= mostSending) return;
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(due.notice, now + knownMs);
    const sending: Promise<void> = this.#send(due)
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error;
        // The next request finds it due again.
        this.#known.delete(due.notice);
      })
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #send(due: DueNotice): Promise<void> {
    const claimer = randomUUID();
    const { notice } = due;
    const channel = this.#config().channels.get(due.channel);
    if (channel === undefined || channel.webhook === '') return this.#keepUnsent(due, claimer);
    for (let tries = 1; tries <= mostTries; tries++) {
      if (this.#stopped.signal.aborted || !(await this.#claim(due, claimer))) return;
      const error = await this.#post(due, channel);
      const isLast = tries === mostTries;
      if (error === undefined) {
        await this.#tools.notices.sent({ notice, claimer });
        const { now, wallNow } = this.#tools.clock;
        this.#known.set(notice, due.endsAt === null ? Number.POSITIVE_INFINITY : now() + due.endsAt - wallNow());
      } else if (isLast) {
        await this.#tools.notices.retry({ notice, claimer, at: this.#tools.clock.wallNow() + giveUpMs });
      }
      if (error === undefined || isLast) return this.#keep(due, tries, error);
      await this.#tools.clock.sleep(pauseAfter(tries), this.#stopped.signal);
    }
  }

  #claim({ notice, endsAt }: DueNotice, claimer: string): Promise<boolean> {
    const now = this.#tools.clock.wallNow();
    const keepUntil = endsAt === null ? null : endsAt + keepMs;
    return this.#tools.notices.claim({ notice, claimer, now, until: now + claimMs, keepUntil });
  }

  /** Kept for whoever looks it up, and told to nobody. */
  async #keepUnsent(due: DueNotice, claimer: string): Promise<void> {
    if (!(await this.#claim(due, claimer))) return;
    await this.#tools.notices.sent({ notice: due.notice, claimer });
    await this.#keep(due, 0, 'the config has no webhook for it');
  }

  #post(due: DueNotice, channel: ChannelConfig): Promise<string | undefined> {
    const body = noticeBody(due, this.#config().environment.currency);
    const seconds = Math.floor(this.#tools.clock.wallNow() / 1000);
    return postNotice(channel.webhook, signedHeaders(body, channel.secret, seconds), body);
  }

  async #keep(due: DueNotice, tries: number, error: string | undefined): Promise<void> {
    const { notice, channel, at, charge } = due;
    if (error !== undefined) this.#tools.warn(`a notice to ${channel} could not be sent: ${error}`);
    const entry: NoticeEntry = {
      notice,
      at: this.#tools.clock.wallNow(),
      state: error === undefined ? 'sent' : 'failed',
      channel,
      budget: charge.name,
      threshold: at,
      each: charge.each,
      tries,
      error: error ?? null,
    };
    await this.#tools.ledger.notice(entry);
  }
}

/** Doubled each time. Of two processes only one has the claim, so nothing is to be spread. */
function pauseAfter(tries: number): number {
  return Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs);
}
