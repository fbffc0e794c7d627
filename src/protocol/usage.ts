/** The tokens of one answer, as the upstream that gave it counted them. */
export interface Usage {
  /** Everything that the model read, tokens served from or written to a prompt cache included, each counted once. */
  readonly inputTokens: number;
  /** Everything that the model wrote, reasoning included. */
  readonly outputTokens: number;
}
