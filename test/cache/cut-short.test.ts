import { describe, expect, it } from 'vitest';
import { isCutShort } from '../../src/cache/cut-short.ts';
import type { SurfaceName } from '../../src/protocol/api-request.ts';

const cut = (surface: SurfaceName, answer: object) => isCutShort(surface, [Buffer.from(JSON.stringify(answer))]);
const chat = (reason: string, content = 'hi') => ({
  choices: [{ index: 0, message: { content }, finish_reason: reason }],
});

describe('an answer that is not whole', () => {
  it.each<[SurfaceName, object]>([
    ['chat', chat('length')],
    ['chat', chat('content_filter')],
    ['messages', { content: [], stop_reason: 'max_tokens' }],
    ['messages', { type: 'message_delta', delta: { stop_reason: 'refusal' } }],
    ['responses', { output: [], status: 'incomplete' }],
    ['responses', { type: 'response.incomplete', response: {} }],
  ])('says so (%s, %j)', (surface, answer) => {
    expect(cut(surface, answer)).toBe(true);
  });

  it.each<[SurfaceName, object]>([
    ['chat', chat('stop')],
    ['chat', chat('tool_calls')],
    ['chat', chat('stop', '{"finish_reason":"length"}')],
    ['messages', { content: [{ type: 'text', text: '"stop_reason":"max_tokens"' }], stop_reason: 'end_turn' }],
    ['responses', { output: [], status: 'completed' }],
    ['embeddings', { data: [] }],
  ])('is another one (%s, %j)', (surface, answer) => {
    expect(cut(surface, answer)).toBe(false);
  });

  it('is found where its mark lies in two pieces', () => {
    const text = JSON.stringify(chat('length'));
    const at = text.indexOf('length') + 2;
    expect(isCutShort('chat', [Buffer.from(text.slice(0, at)), Buffer.from(text.slice(at))])).toBe(true);
  });
});
