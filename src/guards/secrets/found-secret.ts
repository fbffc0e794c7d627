import type { Finding } from '../guard.ts';

/** A secret and the rule that knows it; all are of one kind. */
export type FoundSecret = Omit<Finding, 'kind'>;
