import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { expected, type Form } from './form.ts';

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html, in AWS's binary frames.
const codec = new EventStreamCodec(toUtf8, fromUtf8);
const header = (value: string) => ({ type: 'string', value }) as const;

function frame(type: 'event' | 'exception', name: string, payload: object): Buffer {
  const message = codec.encode({
    headers: {
      [`:${type}-type`]: header(name),
      ':content-type': header('application/json'),
      ':message-type': header(type),
    },
    body: fromUtf8(JSON.stringify(payload)),
  });
  return Buffer.from(message);
}

const event = (name: string, payload: object) => frame('event', name, payload);

const block = (index: number, ...deltas: readonly object[]) => [
  ...deltas.map((delta) => event('contentBlockDelta', { contentBlockIndex: index, delta })),
  event('contentBlockStop', { contentBlockIndex: index }),
];

const tool = (index: number, toolUseId: string, name: string, ...parts: readonly string[]) => [
  event('contentBlockStart', { contentBlockIndex: index, start: { toolUse: { toolUseId, name } } }),
  ...block(index, ...parts.map((input) => ({ toolUse: { input } }))),
];

const end = (stopReason: string, usage: object) => [
  event('messageStop', { stopReason }),
  event('metadata', { usage, metrics: { latencyMs: 5 } }),
];

const usage = {
  inputTokens: 100,
  outputTokens: 70,
  totalTokens: 1170,
  cacheReadInputTokens: 800,
  cacheWriteInputTokens: 200,
};
const start = event('messageStart', { role: 'assistant' });
const overloaded = frame('exception', 'serviceUnavailableException', { message: 'Overloaded' });

export const bedrockForm: Form = {
  name: 'Bedrock',
  kind: 'amazon-bedrock',
  provider: (url) => `{ kind: amazon-bedrock, base_url: "${url}", api_key: k }`,
  upstream: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  contentType: 'application/vnd.amazon.eventstream',
  answer: Buffer.concat([
    start,
    ...block(
      0,
      { reasoningContent: { text: 'Grüße ' } },
      { reasoningContent: { text: 'zuerst.' } },
      { reasoningContent: { signature: 'c2lnbmVk' } },
    ),
    ...block(1, { text: 'Grüße, ' }, { text: 'Welt 🌍!' }),
    ...tool(2, 'tooluse_1', 'weather', '{"city": ', '"Kyjiw"}'),
    ...tool(3, 'tooluse_2', 'now'),
    ...end('tool_use', usage),
  ]),
  // Thoughts are not counted apart there.
  expected: { ...expected, usage: { ...expected.usage, reasoningTokens: 0 } },
  refusal: Buffer.concat([start, ...end('content_filtered', { inputTokens: 1, outputTokens: 0, totalTokens: 1 })]),
  failing: Buffer.concat([
    start,
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Begun' } }),
    overloaded,
  ]),
  failingAtOnce: Buffer.concat([start, overloaded]),
};
