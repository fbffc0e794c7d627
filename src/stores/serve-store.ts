import { callEngine } from './call-engine.ts';
import { type AnswerMessage, type CallAnswer, carriedError, isCallMessage, type StorePort } from './port.ts';
import type { Store } from './store.ts';

/**
 * Lets whoever is at the other side of a port use a store: the owner does so for each of its workers. What arrives together is called
 * in one turn, so a store that shares transactions by turn shares them across workers too.
 */
export function serveStore(store: Store, port: StorePort): void {
  port.listen(
    async (message) => {
      if (!isCallMessage(message)) return;
      const answers = await Promise.all(
        message.calls.map(async ({ id, method, words }): Promise<CallAnswer> => {
          try {
            return { id, answer: await callEngine(store, { method, words }) };
          } catch (error) {
            return { id, error: carriedError(error) };
          }
        }),
      );
      const reply: AnswerMessage = { llmpolicyStore: 'answers', answers };
      port.send(reply);
    },
    () => undefined,
  );
}
