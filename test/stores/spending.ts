import type { Counter } from '../../src/stores/counter-store.ts';

const counter: Counter = { kind: 'window', id: 'the one budget', start: null, end: null };

/** A dollar in nano-units; each call reserves more than it then costs. */
export const budget = { counter, bound: 1_000_000_000 };
export const price = 3_000_000;
export const reservedPrice = 5_000_000;
/** What each of ten reservations of a process that is killed holds. */
export const held = 50_000_000;
