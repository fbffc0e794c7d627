import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { estimatedUsage, SentText } from '../../src/gateway/sent-text.ts';

const encode = (event: unknown) => new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`);
const words = Array.from({ length: 300 }, (_, index) => ` word${index % 7} and so on`);
const exact = countTokens(words.join(''));

function usageOf(events: readonly unknown[]) {
  const sent = new SentText();
  for (const event of events) sent.add(encode(event));
  return estimatedUsage(sent, 11);
}

describe('what a stream has sent', () => {
  it.each([
    ['chat completions', (text: string) => ({ choices: [{ index: 0, delta: { content: text } }] })],
    ['reasoning', (text: string) => ({ choices: [{ index: 0, delta: { reasoning_content: text } }] })],
    [
      'calls of tools',
      (text: string) => ({ choices: [{ delta: { tool_calls: [{ function: { arguments: text } }] } }] }),
    ],
    ['responses', (text: string) => ({ type: 'response.output_text.delta', delta: text })],
    ['messages', (text: string) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } })],
  ] as const)('is counted from its text, and called an estimate: %s', (_, event) => {
    const { inputTokens, outputTokens, estimated } = usageOf(words.map((text) => event(text)));
    expect({ inputTokens, estimated }).toEqual({ inputTokens: 11, estimated: true });
    expect(outputTokens).toBeGreaterThanOrEqual(exact);
    expect(outputTokens).toBeLessThan(exact * 1.4);
  });

  it('is taken to go on as it began, beyond what is kept of it', () => {
    const events = Array.from({ length: 20 }, () => words).flat();
    const { outputTokens } = usageOf(events.map((text) => ({ choices: [{ delta: { content: text } }] })));
    expect(outputTokens).toBeGreaterThanOrEqual(exact * 20 * 0.98);
    expect(outputTokens).toBeLessThan(exact * 20 * 1.4);
  });

  it('is nothing where nothing was sent', () => {
    expect(usageOf([]).outputTokens).toBe(0);
    expect(usageOf([{ type: 'ping' }]).outputTokens).toBe(0);
  });
});
