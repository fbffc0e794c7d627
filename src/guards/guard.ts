import type { GuardConfig } from '../config/guard-config.ts';
import type { TextRole } from '../protocol/texts/slot.ts';

/** Where a text stands: on its way in or out, who wrote it, and whether it is prose or the text of a JSON value. */
export interface Place {
  readonly point: 'input' | 'output';
  readonly role: TextRole;
  readonly form: 'text' | 'json';
}

/**
 * A stretch of a text that a guard objects to. Offsets count UTF-16 units, `end` is behind the last. `rule` says which rule of the
 * guard, `kind` what was found (`email`): both may be shown and logged. The matched text is never part of a finding.
 */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  readonly kind: string;
}

/** A request that carries content to somebody else. Residency, connections and limits on the answer are the caller's. */
export interface ContentRequest {
  /** The name of the guard, and the region that its config states. */
  readonly guard: string;
  readonly region: string | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface ContentAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a model of the catalogue is asked, through the gateway's own path and on the account of the request. */
export interface Question {
  readonly guard: string;
  readonly model: string;
  readonly system: string;
  readonly text: string;
  readonly signal: AbortSignal;
}

/** What a guard may use of the world. It opens no connection itself; a call that may not be made rejects. */
export interface Outside {
  readonly call: (request: ContentRequest) => Promise<ContentAnswer>;
  readonly ask: (question: Question) => Promise<string>;
  /** Milliseconds since 1970, for signatures. */
  readonly now: () => number;
}

export interface Surroundings {
  readonly outside: Outside;
  /** Aborted when the caller goes away or the guard's time is over. */
  readonly signal: AbortSignal;
}

/**
 * How much a detector must see: a window that holds its longest match with what it reads on either side, in UTF-16 units, or
 * the whole text.
 */
export type Reach = { readonly kind: 'window'; readonly units: number } | { readonly kind: 'whole' };

/** A text and where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

/** Several texts in one question. */
export interface Together {
  /** So many at once. */
  readonly most: number;
  /** The findings of each text, in the order of the texts. It rejects when it cannot tell of one. */
  inspect(texts: readonly PlacedText[], surroundings: Surroundings): Promise<readonly (readonly Finding[])[]>;
}

/** Finds what it looks for in a text. Findings come in any order and may overlap. It rejects when it cannot tell. */
export interface Detector {
  readonly reach: Reach;
  /** Reads nothing but the text, so that long texts may be inspected on another thread. */
  readonly pure: boolean;
  inspect(text: string, place: Place, surroundings: Surroundings): readonly Finding[] | Promise<readonly Finding[]>;
  /** Of those that ask a service which takes several texts. */
  readonly together?: Together;
  /** It judges what is said in the conversation, and looks at nothing that the caller says beside it. */
  readonly skipsLabels?: boolean;
  /** The text takes far longer than others of its length: it is inspected on another thread, however short. */
  isHeavy?(text: string): boolean;
  /** Where a match longer than the window may have begun without having ended. Only for detectors that work on windows. */
  openAt?(text: string): number | undefined;
}

/** A guard that the config declares, ready to inspect. */
export interface Guard {
  readonly config: GuardConfig;
  readonly detector: Detector;
}

/** What a policy wants of a guard: an obligation of the decision with the guard that it names. */
export interface ActiveGuard {
  readonly guard: Guard;
  readonly action: 'observe' | 'redact' | 'block';
  /** Of output only; null on input. Windows count bytes and are taken for as many UTF-16 units, which is never fewer text. */
  readonly stream: 'buffer' | 'observe' | { readonly windowBytes: number } | null;
}

/** Why a text may not pass. Never holds what was matched. */
export interface Blocked {
  readonly guard: string;
  /** `failed` where the guard could not tell and its `on_error` is `block`. */
  readonly rule: string;
  /** It was to be redacted as well, and stands in a name, where it cannot be. */
  readonly inName?: boolean;
}

/** What the ledger and the metrics count. */
export interface Report {
  readonly guard: string;
  readonly action: ActiveGuard['action'];
  readonly outcome: 'found' | 'failed';
  /** Of a failure `failed`. */
  readonly rule: string;
  readonly count: number;
}
