import type { Store } from '../stores/store.ts';

export interface Readiness {
  readonly ready: boolean;
  readonly store: { readonly reachable: true } | { readonly reachable: false; readonly why: string };
}

/** One question to the store answers all who ask within this time: whoever asks often does not wear it out. */
const holdsForMs = 250;

/**
 * Whether the gateway can serve: it has a policy, or it would not run, and its store answers.
 * @param now milliseconds that never run backwards
 */
export function watchReadiness({ keys }: Pick<Store, 'keys'>, now: () => number): () => Promise<Readiness> {
  let asked: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  const ask = async (): Promise<Readiness> => {
    try {
      await keys.version();
      return { ready: true, store: { reachable: true } };
    } catch (error) {
      return { ready: false, store: { reachable: false, why: error instanceof Error ? error.message : String(error) } };
    }
  };
  return () => {
    if (asked === undefined || now() - asked.at >= holdsForMs) asked = { at: now(), answer: ask() };
    return asked.answer;
  };
}
