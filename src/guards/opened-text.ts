import type { TextSlot } from '../protocol/texts/slot.ts';
import type { Place } from './guard.ts';

/** A text as it is read, and the way back to how it stands. */
export interface OpenedText {
  readonly text: string;
  readonly form: Place['form'];
  readonly close: (text: string) => string;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined where nobody can tell what it says: tokens without their vocabulary, a text in another encoding than UTF-8. */
export function openText({ form, text, encoded }: Pick<TextSlot, 'form' | 'text' | 'encoded'>): OpenedText | undefined {
  if (form === 'opaque') return undefined;
  if (form !== 'encoded' || encoded === undefined)
    return { text, form: form === 'json' || form === 'value' ? 'json' : 'text', close: (written) => written };
  const decoded = decode(text.slice(encoded.from));
  if (decoded === undefined) return undefined;
  const head = text.slice(0, encoded.from);
  const close = (written: string) => (written === decoded ? text : head + Buffer.from(written).toString('base64'));
  return { text: decoded, form: encoded.form, close };
}

function decode(base64: string): string | undefined {
  try {
    return decoder.decode(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}
