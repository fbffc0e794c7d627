import type { ProviderKind } from '../../../src/config/provider-kinds.ts';

/** The answer of an upstream as its vendor's documentation writes it, byte for byte. */
export interface Form {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly provider: (url: string) => string;
  readonly upstream: string;
  readonly contentType: string;
  /** Thoughts, text and two calls, with every count that the vendor makes. */
  readonly answer: Buffer;
  readonly expected: ExpectedAnswer;
  /** The model does not want to answer. */
  readonly refusal?: Buffer;
  /** Says in its middle that it is overloaded. Absent where the vendor does not document how. */
  readonly failing?: Buffer;
  /** Says so before it has said anything else. */
  readonly failingAtOnce?: Buffer;
}

export interface ExpectedAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly name: string; readonly input: object }[];
  readonly usage: {
    readonly inputTokens: number;
    readonly cachedInputTokens: number;
    readonly cacheWriteTokens: number;
    readonly outputTokens: number;
    readonly reasoningTokens: number;
  };
}

/** What every form says, in our words; vendors that do not count something say 0. */
export const expected: ExpectedAnswer = {
  text: 'Grüße, Welt 🌍!',
  reasoning: 'Grüße zuerst.',
  calls: [
    { name: 'weather', input: { city: 'Kyjiw' } },
    { name: 'now', input: {} },
  ],
  usage: { inputTokens: 1100, cachedInputTokens: 800, cacheWriteTokens: 200, outputTokens: 70, reasoningTokens: 30 },
};
