import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import type { RequestEntry } from '../../src/telemetry/request-entry.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\u2028', 'é', 'a/b c'));
const textOrNull = fc.option(text);
const milliseconds = fc.double({ min: 0, max: 1e6, noNaN: true });
const count = fc.nat();

const attempt = fc.oneof(
  fc.record({ model: text, ms: milliseconds }),
  fc.record({
    model: text,
    failure: fc.constantFrom('timeout' as const, 'rate_limited' as const),
    status: fc.option(count),
    said: text,
    ms: milliseconds,
  }),
);
const usage = fc.record({
  inputTokens: count,
  cachedInputTokens: count,
  cacheWriteTokens: count,
  outputTokens: count,
  reasoningTokens: count,
});

const hit = fc.record({
  guard: text,
  point: fc.constantFrom('input' as const, 'output' as const),
  action: fc.constantFrom('observe' as const, 'redact' as const, 'block' as const),
  outcome: fc.constantFrom('found' as const, 'failed' as const),
  rule: text,
  count,
  shadow: fc.boolean(),
});

const whole = {
  requestId: text,
  method: text,
  path: text,
  endpoint: fc.constantFrom('chat' as const, 'other' as const),
  status: count,
  outcome: textOrNull,
  key: textOrNull,
  modelAsked: textOrNull,
  policy: textOrNull,
  route: textOrNull,
  modelServed: textOrNull,
  attempts: fc.array(attempt),
  usage: fc.option(usage),
  usageDoubt: fc.constantFrom(null, 'uncounted' as const),
  cost: textOrNull,
  latencyMs: milliseconds,
  overheadMs: fc.option(milliseconds),
  firstTokenMs: fc.option(milliseconds),
  error: textOrNull,
};
const entry: fc.Arbitrary<RequestEntry> = fc.oneof(
  fc.record(whole),
  fc.record({ ...whole, guards: fc.array(hit, { minLength: 1 }) }),
);

test('a request is one line of JSON, whatever is in it: its level and time, all that the log tells of it, and a message', () => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => void lines.push(line) });
  fc.assert(
    fc.property(entry, (told) => {
      log.request(told);
      const line = lines.pop() ?? '';
      const { time, ...others } = JSON.parse(line);
      expect(new Date(time).toISOString()).toBe(time);
      expect(others).toEqual(JSON.parse(JSON.stringify({ level: 'info', ...told, msg: 'request' })));
      expect(line.indexOf('\n')).toBe(line.length - 1);
    }),
  );
});
