import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request as it went over the wire, and the type that its vendor's SDK gives it. */
export interface WireRequest {
  readonly label: string;
  readonly type: string;
  readonly body: string;
}

/**
 * The vendors' own types of what their APIs take. Gemini's SDK has a type for each part of a request and none for the whole; Bedrock's has
 * bytes where the wire has base64, and adds to every union a member for what is not known yet, which would let everything pass.
 */
const types = `
import type Anthropic from '@anthropic-ai/sdk';
import type { ConverseRequest as Converse } from '@aws-sdk/client-bedrock-runtime';
import type { Content, GenerationConfig, SafetySetting, Tool, ToolConfig } from '@google/genai';
import type OpenAI from 'openai';

type ChatRequest = OpenAI.Chat.ChatCompletionCreateParams;
type ResponsesRequest = OpenAI.Responses.ResponseCreateParams;
type MessagesRequest = Anthropic.MessageCreateParams;
interface GeminiRequest {
  contents: Content[];
  systemInstruction?: { parts: Content['parts'] };
  tools?: Tool[];
  toolConfig?: { functionCallingConfig?: { mode?: \`\${NonNullable<NonNullable<ToolConfig['functionCallingConfig']>['mode']>}\` } };
  generationConfig?: GenerationConfig;
  safetySettings?: SafetySetting[];
}
type OnWire<T> = T extends Uint8Array ? string
  : T extends { $unknown: unknown } ? never
  : T extends (infer Item)[] ? OnWire<Item>[]
  : T extends object ? { [Key in keyof T]: OnWire<T[Key]> }
  : T;
type ConverseRequest = OnWire<Omit<Converse, 'modelId'>>;
`;

/** What the vendors' types find wrong with the requests; a field that they do not know is wrong. */
export function wrongOnWire(requests: readonly WireRequest[]): readonly string[] {
  const folder = mkdtempSync(join(import.meta.dirname, 'wire-'));
  const file = join(folder, 'requests.ts');
  const lines = requests.map(({ type, body }, index) => `export const request${index}: ${type} = ${body};`);
  const offset = types.split('\n').length;
  writeFileSync(file, `${types}\n${lines.join('\n')}\n`);
  try {
    execFileSync('tsc', ['--ignoreConfig', ...options, file], { encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    const said = String((error as { stdout?: unknown }).stdout);
    return said.split('\n').flatMap((line) => {
      const [, number, message] = /\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
      return number === undefined ? [] : [`${requests[Number(number) - offset - 1]?.label ?? line}: ${message}`];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const options = [
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--target',
  'es2024',
  '--module',
  'nodenext',
  '--moduleResolution',
  'nodenext',
  '--types',
  'node',
];
