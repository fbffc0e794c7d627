import { BrokenStream } from '../../protocol/broken-stream.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { StreamAnswer } from '../../protocol/upstream-answer.ts';
import type { Deadline } from '../upstream/deadline.ts';
import { cut, ended } from './failure.ts';
import type { Reply } from './request.ts';
import { writeUsage } from './usage.ts';
import { created, finishOf, toolCall } from './whole.ts';

/** The reply word by word; cut in its middle if it is told to. */
export function streamAnswer(reply: Reply, deadline: Deadline, isCut: boolean): StreamAnswer {
  const events = eventsOf(reply);
  const count = isCut ? Math.ceil(events.length / 2) : events.length;
  async function* relay(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (const event of events.slice(0, count)) {
        if (deadline.signal.aborted) throw new BrokenStream(ended(deadline.expired()), false);
        yield Buffer.from(`data: ${event}\n\n`);
      }
      if (isCut) throw new BrokenStream(cut, false);
    } finally {
      deadline.close();
    }
  }
  const { inputTokens, outputTokens } = reply;
  return {
    kind: 'stream',
    headers: { 'content-type': 'text/event-stream' },
    chunks: relay(),
    usage: () => (reply.includeUsage && !isCut ? { inputTokens, outputTokens } : undefined),
  };
}

function eventsOf(reply: Reply): readonly string[] {
  const chunk = (rest: JsonObject) =>
    JSON.stringify({ id: reply.id, object: 'chat.completion.chunk', created, model: reply.model, ...rest });
  const choice = (delta: JsonObject, finish: string | null = null) =>
    chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
  return [
    choice({ role: 'assistant', content: reply.tool === undefined ? '' : null }),
    ...deltasOf(reply).map((delta) => choice(delta)),
    choice({}, finishOf(reply)),
    ...(reply.includeUsage ? [chunk({ choices: [], usage: writeUsage(reply) })] : []),
    '[DONE]',
  ];
}

function deltasOf(reply: Reply): readonly JsonObject[] {
  if (reply.tool !== undefined) return [{ tool_calls: [{ index: 0, ...toolCall(reply.tool) }] }];
  return (reply.text.match(/\s*\S+\s*$|\s*\S+/g) ?? [reply.text]).map((word) => ({ content: word }));
}
