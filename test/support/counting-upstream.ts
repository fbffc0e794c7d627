import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface CountingUpstream {
  readonly url: string;
  /** The bodies that came, by upstream model. */
  readonly bodies: Record<string, unknown>[];
  /** How many calls were under way at once, at most. */
  readonly mostAtOnce: () => number;
}

export interface CountingOptions {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  /** How long an answer takes, in milliseconds. */
  readonly delayMs?: number;
  /** No answer before this. */
  readonly held?: Promise<unknown>;
  /** Models that fail with a status of 500. */
  readonly broken?: readonly string[];
}

/** An OpenAI-shaped upstream that counts what it is told to count, whole and as a stream. */
export async function startCountingUpstream(options: CountingOptions = {}): Promise<CountingUpstream> {
  const { promptTokens = 100, completionTokens = 50, delayMs = 0, held, broken = [] } = options;
  const bodies: Record<string, unknown>[] = [];
  let now = 0;
  let most = 0;
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    bodies.push(body);
    now += 1;
    most = Math.max(most, now);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    await held;
    now -= 1;
    const head = { id: 'c1', created: 1, model: body.model };
    if (broken.includes(body.model)) {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    } else if (body.stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = { ...head, object: 'chat.completion.chunk' };
      const event = (fields: object) => response.write(`data: ${JSON.stringify({ ...chunk, ...fields })}\n\n`);
      event({ choices: [{ index: 0, delta: { role: 'assistant', content: 'hi' }, finish_reason: null }] });
      event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      event({ choices: [], usage });
      response.end('data: [DONE]\n\n');
    } else {
      const message = { role: 'assistant', content: 'hi' };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, bodies, mostAtOnce: () => most };
}
