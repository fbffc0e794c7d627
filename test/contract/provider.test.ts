import { LLMock } from '@copilotkit/aimock';
import { createProvider } from '../../src/assemble.ts';
import type { ProviderConfig } from '../../src/config/config.ts';
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
      { truncateAfterChunks: 2, chunkSize: 2, latency: 5 },
    )
    .on({ model: 'cut-stream' }, { content: 'a' }, { chaos: { disconnectRate: 1 } });
}

describeProvider('openai', async () => {
  const upstream = misbehavingUpstream();
  await upstream.start();
  const config = providerConfig({ kind: 'openai', baseUrl: `${upstream.url}/v1` });
  const provider = startProvider(config);
  return {
    provider,
    async stop() {
      await provider.close();
      await upstream.stop();
    },
  };
});
