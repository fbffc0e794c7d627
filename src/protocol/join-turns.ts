import type { Message } from './generation-request.ts';

/**
 * Some APIs write one turn as several messages: each call, each result, the reasoning before them. Others want them in one, the results of
 * calls that were made together above all.
 */
export function joinTurns(messages: readonly Message[]): readonly Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.role === 'assistant' && last?.role === 'assistant') {
      joined[joined.length - 1] = { role: 'assistant', content: [...last.content, ...message.content] };
    } else if (message.role === 'tool' && last?.role === 'tool') {
      joined[joined.length - 1] = { role: 'tool', content: [...last.content, ...message.content] };
    } else joined.push(message);
  }
  return joined;
}
