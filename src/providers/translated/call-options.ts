import type { JSONSchema7, LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { defined } from '../../protocol/fields.ts';
import type { GenerationRequest, OutputFormat, Tool, ToolChoice } from '../../protocol/generation-request.ts';
import { writePrompt } from './prompt.ts';
import type { Target } from './target.ts';

/** A request as the AI SDK's models take it. */
export function writeCallOptions(request: GenerationRequest, target: Target): LanguageModelV4CallOptions {
  const { maxOutputTokens, temperature, topP, topK, presencePenalty, frequencyPenalty, seed } = request;
  const { toolChoice, output, stop, reasoning } = request;
  const tools = toolsFor(request, target);
  return {
    prompt: writePrompt(request, target),
    providerOptions: target.options(request),
    ...defined({ maxOutputTokens, temperature, topP, topK, presencePenalty, frequencyPenalty, seed }),
    ...(stop.length > 0 && { stopSequences: [...stop] }),
    ...(tools.length > 0 && { tools: tools.map((tool) => writeTool(tool, target)) }),
    ...(toolChoice && tools.length > 0 && { toolChoice: writeToolChoice(toolChoice) }),
    ...(output.kind === 'json' && { responseFormat: writeFormat(output) }),
    ...(reasoning?.effort && { reasoning: reasoning.effort }),
  };
}

/** The tools of a request; where it has none but goes on from calls of some, what is known of those. */
function toolsFor({ tools, messages }: GenerationRequest, { describesCalledTools }: Target): readonly Tool[] {
  if (tools.length > 0 || !describesCalledTools) return tools;
  const parts = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []));
  const names = new Set(parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name] : [])));
  return [...names].map((name) => ({ name, schema: { type: 'object', properties: {} } }));
}

function writeTool({ name, description, schema, strict, cache }: Tool, target: Target): LanguageModelV4FunctionTool {
  return {
    type: 'function',
    name,
    inputSchema: asSchema(schema),
    ...defined({ description, strict }),
    ...(cache && { providerOptions: target.cacheOptions(cache) }),
  };
}

function writeToolChoice(choice: ToolChoice): NonNullable<LanguageModelV4CallOptions['toolChoice']> {
  return choice.kind === 'tool' ? { type: 'tool', toolName: choice.name } : { type: choice.kind };
}

function writeFormat({ schema, name, description }: Extract<OutputFormat, { kind: 'json' }>) {
  return { type: 'json', ...(schema && { schema: asSchema(schema) }), ...defined({ name, description }) } as const;
}

/** A caller's schema is the vendor's to judge. */
function asSchema(schema: Tool['schema']): JSONSchema7 {
  return schema as JSONSchema7;
}
