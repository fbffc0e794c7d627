import { Agent, request } from 'undici';
import type { ContentAnswer, ContentRequest } from '../guards/guard.ts';

/** More than any verdict has. */
const largestAnswer = 4_000_000;

/** Posts what a guard sends to its service, at the address of the config and no other: a redirect is an answer like any other. */
export interface ContentPost {
  post(content: ContentRequest): Promise<ContentAnswer>;
  close(): Promise<void>;
}

/** Connections are made when they are first needed. Time is kept by the signal of each call. */
export function createContentPost(): ContentPost {
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 64 });
  return {
    async post({ url, headers, body, signal }) {
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > largestAnswer) throw new Error('an answer larger than any verdict');
      }
      return { status: answer.statusCode, body: Buffer.concat(chunks).toString() };
    },
    // Nobody waits for verdicts any more.
    close: () => dispatcher.destroy(),
  };
}
