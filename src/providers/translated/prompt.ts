import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type {
  CacheMarker,
  FilePart,
  GenerationRequest,
  Message,
  Origin,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../protocol/generation-request.ts';
import { joinTurns } from '../../protocol/join-turns.ts';
import type { Target } from './target.ts';

const jsonInWords: Message = {
  role: 'system',
  content: [{ kind: 'text', text: 'Answer with one JSON object and nothing else.' }],
};

/** The messages as the AI SDK's models take them. */
export function writePrompt({ messages, output }: GenerationRequest, target: Target): LanguageModelV4Prompt {
  const inWords = output.kind === 'json' && output.schema === undefined && !target.jsonMode;
  const all = inWords ? [...messages, jsonInWords] : messages;
  const isSystem = ({ role }: Message) => role === 'system';
  const ordered = target.systemFirst ? [...all.filter(isSystem), ...all.filter((message) => !isSystem(message))] : all;
  const writer = new PromptWriter(target, toolNames(messages));
  return joinTurns(ordered).flatMap((message) => writer.message(message));
}

/** Some vendors want the name of a tool with its result, where others give only the id of the call. */
function toolNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []));
  return new Map(calls.flatMap((part) => (part.kind === 'tool-call' ? [[part.id, part.name] as const] : [])));
}

class PromptWriter {
  readonly #target: Target;
  readonly #toolNames: ReadonlyMap<string, string>;

  constructor(target: Target, names: ReadonlyMap<string, string>) {
    this.#target = target;
    this.#toolNames = names;
  }

  message(message: Message): LanguageModelV4Message[] {
    switch (message.role) {
      case 'system':
        return message.content.map(({ text, cache }) => ({ role: 'system', content: text, ...this.#options(cache) }));
      case 'user':
        return [{ role: 'user', content: message.content.map((part) => this.#userPart(part)) }];
      case 'assistant':
        return [{ role: 'assistant', content: message.content.map((part) => this.#assistantPart(part)) }];
      case 'tool':
        return [{ role: 'tool', content: message.content.map((part) => this.#result(part)) }];
    }
  }

  #options(cache: CacheMarker | undefined, origin?: Origin): { providerOptions?: SharedV4ProviderOptions } {
    if (cache === undefined && origin === undefined) return {};
    return {
      providerOptions: { ...(origin as SharedV4ProviderOptions), ...(cache && this.#target.cacheOptions(cache)) },
    };
  }

  #userPart(part: TextPart | FilePart): LanguageModelV4TextPart | LanguageModelV4FilePart {
    if (part.kind === 'text') return { type: 'text', text: part.text, ...this.#options(part.cache) };
    const { mediaType, filename, cache } = part;
    const options = { ...this.#target.fileOptions?.(part), ...(cache && this.#target.cacheOptions(cache)) };
    return {
      type: 'file',
      mediaType,
      data: fileData(part),
      ...(filename !== undefined && { filename }),
      ...(Object.keys(options).length > 0 && { providerOptions: options }),
    };
  }

  #assistantPart(part: TextPart | ReasoningPart | ToolCallPart) {
    switch (part.kind) {
      case 'text':
        return { type: 'text', text: part.text, ...this.#options(part.cache) } as const;
      case 'reasoning':
        return { type: 'reasoning', text: part.text, ...this.#options(undefined, part.origin) } as const;
      case 'tool-call':
        return this.#call(part);
    }
  }

  #call({ id, name, input, cache, origin }: ToolCallPart): LanguageModelV4ToolCallPart {
    return {
      type: 'tool-call',
      toolCallId: id,
      toolName: name,
      input: parseInput(input),
      ...this.#options(cache, origin),
    };
  }

  #result({ id, content, isError, cache }: ToolResultPart): LanguageModelV4ToolResultPart {
    const hasFiles = content.some(({ kind }) => kind === 'file');
    const text = content.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n');
    const output = hasFiles
      ? ({ type: 'content', value: content.map(resultPart) } as const)
      : ({ type: isError ? 'error-text' : 'text', value: text } as const);
    return {
      type: 'tool-result',
      toolCallId: id,
      toolName: this.#toolNames.get(id) ?? 'unknown',
      output,
      ...this.#options(cache),
    };
  }
}

function fileData({ source }: FilePart): LanguageModelV4FilePart['data'] {
  switch (source.kind) {
    case 'base64':
      return { type: 'data', data: source.data };
    case 'text':
      return { type: 'text', text: source.text };
    case 'url':
      return { type: 'url', url: new URL(source.url), originalUrl: source.url };
  }
}

function resultPart(part: TextPart | FilePart) {
  if (part.kind === 'text') return { type: 'text', text: part.text } as const;
  const { mediaType, filename } = part;
  return { type: 'file', mediaType, data: fileData(part), ...(filename !== undefined && { filename }) } as const;
}

/** What a model wrote is JSON, unless it was cut off: then it is passed on as text. */
function parseInput(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}
