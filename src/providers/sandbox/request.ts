import { hash } from 'node:crypto';
import { estimateTokens } from '../../catalog/token-estimate.ts';
import type { ApiRequest } from '../../protocol/api-request.ts';
import type { Generation } from '../../protocol/generation.ts';
import type { GenerationRequest, Message } from '../../protocol/generation-request.ts';

/** The sandbox has no clock: everything it makes, it made then. */
const created = 1_767_225_600;

/** What the sandbox says, worked out of the request alone: the same request is always answered the same. */
export function replyTo(
  upstream: string,
  { surface }: ApiRequest,
  prefix: string,
  request: GenerationRequest,
): Generation {
  const input = request.messages.flatMap(textsOf).join('\n');
  const text = lastUserText(request);
  const tool = forcedTool(request);
  return {
    id: `${prefix}sandbox-${hash('sha256', `${surface}\n${upstream}\n${input}`, 'hex').slice(0, 16)}`,
    model: upstream,
    created,
    content:
      tool === undefined
        ? [{ kind: 'text', text }]
        : [{ kind: 'tool-call', id: `call_sandbox_${tool}`, name: tool, input: '{}' }],
    finish: { reason: tool === undefined ? 'stop' : 'tool_calls' },
    usage: {
      inputTokens: estimateTokens([input]),
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      outputTokens: estimateTokens([text]),
      reasoningTokens: 0,
    },
  };
}

function textsOf({ content }: Message): readonly string[] {
  return content.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
}

function lastUserText({ messages }: GenerationRequest): string {
  const last = messages.findLast(({ role }) => role === 'user');
  return (last && textsOf(last).join('\n')) || 'There is no user message to echo.';
}

/** The function that the request insists on. */
function forcedTool({ tools, toolChoice }: GenerationRequest): string | undefined {
  if (toolChoice?.kind === 'tool') return toolChoice.name;
  return toolChoice?.kind === 'required' ? tools[0]?.name : undefined;
}
