import type Anthropic from '@anthropic-ai/sdk';
import type { ConverseRequest as Converse } from '@aws-sdk/client-bedrock-runtime';
import type { Content, GenerationConfig, SafetySetting, Tool, ToolConfig } from '@google/genai';
import type OpenAI from 'openai';

/** The vendors' own types of what their APIs take: requests that went over the wire are compiled against them. */
export type ChatRequest = OpenAI.Chat.ChatCompletionCreateParams;
export type ResponsesRequest = OpenAI.Responses.ResponseCreateParams;
export type MessagesRequest = Anthropic.MessageCreateParams;

type CallingMode = NonNullable<NonNullable<ToolConfig['functionCallingConfig']>['mode']>;

/** Google's SDK has a type for each part of a request and none for the whole; its words are an enum, which text is not. */
export interface GeminiRequest {
  contents: Content[];
  systemInstruction?: { parts: Content['parts'] };
  tools?: Tool[];
  toolConfig?: { functionCallingConfig?: { mode?: `${CallingMode}` } };
  generationConfig?: GenerationConfig;
  safetySettings?: SafetySetting[];
}

/** AWS's SDK has bytes where the wire has base64, and in every union a member for what it does not know yet, which takes anything. */
type OnWire<T> = T extends Uint8Array
  ? string
  : T extends { $unknown: unknown }
    ? never
    : T extends (infer Item)[]
      ? OnWire<Item>[]
      : T extends object
        ? { [Key in keyof T]: OnWire<T[Key]> }
        : T;

export type ConverseRequest = OnWire<Omit<Converse, 'modelId'>>;
