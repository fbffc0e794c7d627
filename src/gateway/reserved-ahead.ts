import type { Decision } from '../decide/decision.ts';
import type { Reserved } from './meter.ts';

interface Held {
  readonly decision: Decision;
  readonly answer: Promise<Reserved>;
}

/** What was reserved for the first attempt of a decision before anybody came to it. */
export class ReservedAhead {
  #held: Held | undefined;

  hold(decision: Decision, answer: Promise<Reserved>): void {
    // Where it goes wrong, whoever comes to the attempt hears of it; where nobody does, nobody needs to.
    answer.catch(() => undefined);
    this.#held = { decision, answer };
  }

  /** For an attempt of a decision; given back where it was for another one. */
  take(decision: Decision, index: number): Promise<Reserved> | undefined {
    const held = this.#held;
    if (held?.decision === decision && index === 0) {
      this.#held = undefined;
      return held.answer;
    }
    this.giveBack();
    return undefined;
  }

  giveBack(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.answer.then(
      (answer) => answer.granted && answer.reservation.release(),
      () => undefined,
    );
  }
}
