import type { JsonObject } from '../json.ts';

/** A text in Base64, as files are sent: what stands before it in its field, and what it is. */
export interface Encoded {
  readonly from: number;
  readonly form: 'text' | 'json';
}

const dataUrl = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i;
const base64 = /^[A-Za-z0-9+/_\r\n-]+={0,2}\s*$/;

const textTypes =
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|yaml|x-yaml|toml|csv|javascript|x-ndjson|sql|x-sh)$|message\/rfc822$)/i;
const textEndings =
  /\.(?:txt|text|md|markdown|csv|tsv|json|jsonl|ndjson|xml|html?|ya?ml|toml|ini|cfg|conf|env|log|eml|ics|vcf|sql|sh|py|js|ts|rtf|tex|srt|vtt)$/i;

/** The bytes of a data address, whatever they are: the whole string and nothing beside it. */
export function isDataUrl(text: string): boolean {
  const head = dataUrl.exec(text)?.[0];
  return head !== undefined && base64.test(text.slice(head.length));
}

/** What a string of bytes holds; `no-text` also where nothing says what it is. */
export function readEncoded(
  value: string,
  { media_type: stated, filename }: JsonObject,
): Encoded | 'no-base64' | 'no-text' {
  const [head = '', type = ''] = dataUrl.exec(value) ?? [];
  if (!base64.test(value.slice(head.length))) return 'no-base64';
  const mediaType = (type === '' && typeof stated === 'string' ? stated : type).replace(/;.*$/, '').trim();
  const isVague = mediaType === '' || mediaType === 'application/octet-stream';
  const named = typeof filename === 'string' ? filename : '';
  if (!textTypes.test(mediaType) && !(isVague && textEndings.test(named))) return 'no-text';
  const isJson = /json$/i.test(mediaType) || (isVague && /\.json$/i.test(named));
  return { from: head.length, form: isJson ? 'json' : 'text' };
}
