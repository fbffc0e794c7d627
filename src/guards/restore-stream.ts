import type { Placeholders } from './placeholders.ts';

/** Puts values back into a stream of text, in whatever pieces the placeholders come. */
export interface RestoreStream {
  push(piece: string): string;
  /** What was held back in case it was a placeholder. */
  end(): string;
}

export function createRestoreStream(placeholders: Placeholders): RestoreStream {
  let held = '';
  return {
    push(piece) {
      const text = held + piece;
      const open = placeholders.openAt(text) ?? text.length;
      held = text.slice(open);
      return placeholders.restore(text.slice(0, open), 'text');
    },
    end() {
      const rest = held;
      held = '';
      return placeholders.restore(rest, 'text');
    },
  };
}
