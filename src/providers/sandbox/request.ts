import { hash } from 'node:crypto';
import { estimateTokens } from '../../catalog/token-estimate.ts';
import { type ChatRequest, textsOf } from '../../protocol/chat-request.ts';
import { isJsonObject } from '../../protocol/json.ts';
import type { UpstreamCall } from '../provider.ts';

/** What the sandbox says, worked out of the request alone: the same request is always answered the same. */
export interface Reply {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  /** The function that the request insists on. */
  readonly tool: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** A stream ends with its usage. */
  readonly includeUsage: boolean;
}

export function replyTo({ upstream, request }: UpstreamCall): Reply {
  const text = lastUserText(request);
  const input = request.messages.flatMap((message) => textsOf(message['content'])).join('\n');
  const options = request['stream_options'];
  return {
    id: `chatcmpl-sandbox-${hash('sha256', `${upstream}\n${input}`, 'hex').slice(0, 16)}`,
    model: upstream,
    text,
    tool: forcedTool(request),
    inputTokens: estimateTokens(input),
    outputTokens: estimateTokens(text),
    includeUsage: isJsonObject(options) && options['include_usage'] === true,
  };
}

function lastUserText(request: ChatRequest): string {
  const message = request.messages.findLast((candidate) => candidate['role'] === 'user');
  return textsOf(message?.['content']).join('\n') || 'There is no user message to echo.';
}

function forcedTool(request: ChatRequest): string | undefined {
  const choice = request['tool_choice'];
  if (isJsonObject(choice)) return nameOf(choice);
  const tools = request['tools'];
  return choice === 'required' && Array.isArray(tools) ? nameOf(tools[0]) : undefined;
}

function nameOf(tool: unknown): string | undefined {
  const described = isJsonObject(tool) ? tool['function'] : undefined;
  const name = isJsonObject(described) ? described['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
