/** Hears how a stream goes. */
export interface StreamWatcher {
  chunk?(chunk: Uint8Array): void;
  /** All of it was read. */
  ended?(): void;
  /** It broke off, or its reader left; said even where nothing of it was read. */
  broke?(): void;
}

/** The same chunks, at the pace of their reader. */
export function watchStream(chunks: AsyncIterable<Uint8Array>, watcher: StreamWatcher): AsyncIterable<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  const watched: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      try {
        const next = await source.next();
        if (next.done) watcher.ended?.();
        else watcher.chunk?.(next.value);
        return next.done ? { done: true, value: undefined } : next;
      } catch (error) {
        watcher.broke?.();
        throw error;
      }
    },
    async return() {
      watcher.broke?.();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => watched };
}
