/** Detectors that can judge a stretch of text on its own. Every other kind needs the whole of it. */
const readsWindows: ReadonlySet<string> = new Set(['pii', 'secrets', 'regex', 'keywords']);

export function readsWholeText(kind: string): boolean {
  return !readsWindows.has(kind);
}
