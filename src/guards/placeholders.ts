/** What stands in a text in place of something that was redacted, and the way back. */
export interface Placeholders {
  /** The placeholder of a value; one value keeps one placeholder. */
  of(kind: string, value: string, entry?: EntryOptions): string;
  /** What has the form of a placeholder of this request, by its place. Redacted as well, it comes back as it was. */
  lookalikes(text: string): readonly { readonly start: number; readonly end: number }[];
  /** Whether a JSON text may hold such a thing, escaped or not: asked before the text is read for it. */
  mayResemble(json: string): boolean;
  /** The values back in their places. In a JSON text they are escaped as its strings want it. */
  restore(text: string, form: 'text' | 'json'): string;
  /** Something that was redacted is to be put back. */
  readonly canRestore: boolean;
  /** Where a placeholder that has no end yet may begin in a text that goes on; undefined if nowhere. */
  openAt(text: string): number | undefined;
}

export interface EntryOptions {
  /** A number of a JSON text, which stands without quotes. */
  readonly bare?: boolean;
  /** It is never put back. */
  readonly final?: boolean;
}

interface Entry {
  readonly value: string;
  readonly bare: boolean;
}

/** Longer kinds are cut, so that a reader of a stream need hold back only so much. */
const kindLength = 24;

/** `[`, the kind, a number of at most this many digits, the nonce, `]`, and a quote on either side. */
const numberLength = 9;

const label = (kind: string): string =>
  kind
    .toUpperCase()
    .replace(/[^A-Z]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, kindLength) || 'REDACTED';

/**
 * Placeholders of one request. They need no escaping in JSON. The nonce makes them unlike any text that was not made for this
 * request: 1 to 32 letters and digits of chance, chosen by the caller.
 */
export function createPlaceholders(nonce: string): Placeholders {
  if (!/^[A-Za-z0-9]{1,32}$/.test(nonce)) throw new Error('a nonce is 1 to 32 letters and digits');
  const form = `\\[[A-Z_]{1,${kindLength}}_[0-9]{1,${numberLength}}_${nonce}\\]`;
  const longest = kindLength + numberLength + nonce.length + 6;
  const byValue = new Map<string, string>();
  const entries = new Map<string, Entry>();

  function of(kind: string, value: string, { bare = false, final = false }: EntryOptions = {}): string {
    const key = `${label(kind)}\0${bare}\0${final}\0${value}`;
    const known = byValue.get(key);
    if (known !== undefined) return known;
    const placeholder = `[${label(kind)}_${byValue.size + 1}_${nonce}]`;
    byValue.set(key, placeholder);
    if (!final) entries.set(placeholder, { value, bare });
    return placeholder;
  }

  function lookalikes(text: string) {
    if (!text.includes(`_${nonce}]`)) return [];
    return [...text.matchAll(new RegExp(form, 'g'))].map(({ index, 0: { length } }) => ({
      start: index,
      end: index + length,
    }));
  }

  const mayResemble = (json: string): boolean => json.includes(nonce) || json.includes('\\u');

  function restore(text: string, into: 'text' | 'json'): string {
    if (!text.includes(nonce)) return text;
    const quote = into === 'json' ? '"?' : '';
    return text.replace(
      new RegExp(`(${quote})(${form})(${quote})`, 'g'),
      (whole, before: string, inner: string, after: string) => {
        const entry = entries.get(inner);
        if (!entry) return whole;
        if (into === 'text') return entry.value;
        if (entry.bare && before !== '' && after !== '') return entry.value;
        return `${before}${JSON.stringify(entry.value).slice(1, -1)}${after}`;
      },
    );
  }

  function openAt(text: string): number | undefined {
    const from = text.lastIndexOf('[');
    if (from < 0 || text.length - from >= longest || text.includes(']', from)) return undefined;
    return from;
  }

  return {
    of,
    lookalikes,
    mayResemble,
    restore,
    openAt,
    get canRestore() {
      return entries.size > 0;
    },
  };
}
