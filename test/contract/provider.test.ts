import { LLMock } from '@copilotkit/aimock';
import { createProvider } from '../../src/assemble.ts';
import type { ProviderConfig } from '../../src/config/config.ts';
import type { ProviderKind } from '../../src/config/provider-kinds.ts';
import { providerConfig, providerTools } from '../providers/provider-config.ts';
import { describeProvider } from './provider.suite.ts';

const startProvider = (config: ProviderConfig) => createProvider(config, providerTools(config).access);

describeProvider('sandbox', async () => {
  const provider = startProvider(providerConfig({ kind: 'sandbox' }));
  return { provider, stop: () => provider.close() };
});

/** aimock, told to behave as the sandbox's names say. */
function misbehavingUpstream(): LLMock {
  const lastText = (messages: readonly { content: unknown }[]) => String(messages.at(-1)?.content);
  return new LLMock({ port: 0 })
    .on(
      { model: 'echo', predicate: ({ tools }) => tools !== undefined },
      { toolCalls: [{ name: 'look_up', arguments: '{}' }] },
    )
    .on({ model: 'echo' }, ({ messages }) => ({ content: lastText(messages) }))
    .on({ model: 'slow' }, { content: 'late' }, { latency: 2_000 })
    .on({ model: 'timeout' }, () => new Promise(() => undefined))
    .on({ model: 'fail-429' }, { error: { message: 'busy', type: 'rate_limit_error' }, status: 429, retryAfter: 1 })
    .on({ model: 'fail-500' }, { error: { message: 'failed', type: 'server_error' }, status: 500 })
    .on({ model: 'garbage' }, { content: 'nonsense' }, { chaos: { malformedRate: 1 } })
    .on(
      { model: 'cut-stream', predicate: ({ stream }) => stream === true },
      { content: 'a b c d e f' },
      { truncateAfterChunks: 4, chunkSize: 2, latency: 5 },
    )
    .on({ model: 'cut-stream' }, { content: 'a' }, { chaos: { disconnectRate: 1 } });
}

/** Where each kind's API stands on aimock. The calls are chat completions: the last three are translated. */
const kinds: readonly (readonly [kind: ProviderKind, path: string])[] = [
  ['openai', '/v1'],
  ['anthropic', ''],
  ['google', '/v1beta'],
  ['amazon-bedrock', ''],
];

for (const [kind, path] of kinds) {
  describeProvider(kind, async () => {
    const upstream = misbehavingUpstream();
    await upstream.start();
    const provider = startProvider(providerConfig({ kind, baseUrl: `${upstream.url}${path}` }));
    return {
      provider,
      async stop() {
        await provider.close();
        await upstream.stop();
      },
    };
  });
}
