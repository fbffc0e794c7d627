/**
 * What a worker and whoever started it say to each other beside the store's calls: one of them asks for the metrics of all, which are
 * asked of each.
 */
export type WorkerMessage =
  | { readonly llmpolicyWorker: 'ask-metrics'; readonly id: number }
  | { readonly llmpolicyWorker: 'all-metrics'; readonly id: number; readonly text: string }
  | { readonly llmpolicyWorker: 'collect-metrics'; readonly id: number }
  | { readonly llmpolicyWorker: 'own-metrics'; readonly id: number; readonly metrics: readonly object[] };

/** Other messages may travel on the same channel; they are passed over. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  return typeof message === 'object' && message !== null && 'llmpolicyWorker' in message;
}
