import type { FilePart } from './generation-request.ts';

const dataUrl = /^data:([^;,]*)(?:;[^,]*?)??(;base64)?,(.*)$/s;

/** What an address names: the bytes that a `data:` address holds, or a place elsewhere. */
export function readAddress(
  url: string,
  unstated: string,
): { readonly mediaType: string; readonly source: FilePart['source'] } {
  const [, mediaType, base64, data] = dataUrl.exec(url) ?? [];
  if (data === undefined) return { mediaType: unstated, source: { kind: 'url', url } };
  if (base64 !== undefined) return { mediaType: mediaType || unstated, source: { kind: 'base64', data } };
  return { mediaType: mediaType || 'text/plain', source: { kind: 'text', text: decodeURIComponent(data) } };
}
