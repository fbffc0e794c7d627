import type { RequestHeaders } from './collect-facts.ts';

const prefix = 'x-llmpolicy-label-';
const mostLabels = 16;
const longestLabel = 256;

/** What a caller notes for the ledger: `x-llmpolicy-label-<name>: value`, sixteen at most, each cut to 256 characters. */
export function entryLabels(headers: RequestHeaders): Readonly<Record<string, string>> {
  const names = Object.keys(headers).filter((name) => name.startsWith(prefix) && name.length > prefix.length);
  return Object.fromEntries(
    names
      .slice(0, mostLabels)
      .map((name) => [name.slice(prefix.length), String(headers[name] ?? '').slice(0, longestLabel)]),
  );
}
