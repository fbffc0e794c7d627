import { listAt } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { dataEvent } from '../sse.ts';
import { gatherTexts, withoutLogprobs } from '../texts/gather.ts';
import { gatherLabels, labelledFields } from '../texts/labels.ts';
import { gatherNames } from '../texts/names.ts';
import { foundAt, type Path, type TextSlot } from '../texts/slot.ts';
import type { EventText, StreamTexts, SurfaceTexts } from '../texts/stream-texts.ts';
import { gatherToolTexts } from '../texts/tool-texts.ts';

/** What is written in chat completions, and in their chunks. */
export const chatTexts: SurfaceTexts = {
  request(body) {
    const { messages, prediction, metadata, tools, functions, response_format: format, tool_choice: choice } = body;
    return [
      ...gatherTexts(messages, ['messages'], 'user'),
      ...gatherTexts(prediction, ['prediction'], 'assistant'),
      ...gatherToolTexts(tools, ['tools']),
      ...gatherToolTexts(functions, ['functions']),
      ...gatherToolTexts(format, ['response_format']),
      ...gatherLabels(labelledFields('chat', body)),
      ...gatherNames({ declared: [tools, functions, format], said: [messages, choice], keyed: [metadata] }),
    ];
  },
  answer: (body) => gatherTexts(body['choices'], ['choices'], 'assistant'),
  stream: {
    repeats: false,
    textsOf: (event) => listAt(event, 'choices').flatMap((choice, at) => textsOfChoice(event, choice, at)),
    ends: (event, channel) =>
      choicesOf(event).some(
        ({ index, finish_reason: finish }) => typeof finish === 'string' && channel.startsWith(`${index ?? 0}:`),
      ),
    carry,
    isSpent: (event) => !isJsonObject(event['usage']) && choicesOf(event).every(saysNothingElse),
    write: (event) => dataEvent(withoutLogprobs(event) as JsonObject),
  } satisfies StreamTexts,
};

const choicesOf = (event: JsonObject): readonly JsonObject[] => listAt(event, 'choices').filter(isJsonObject);

function textsOfChoice(event: JsonObject, choice: JsonValue, at: number): readonly EventText[] {
  if (!isJsonObject(choice)) return [];
  return gatherTexts(choice, ['choices', at], 'assistant').map((slot): EventText => {
    return { ...slot, channel: channelOf(event, slot, choice), part: isPiece(slot) ? 'piece' : 'alone' };
  });
}

/** What comes piece by piece, as OpenAI and those who extend its API call it. */
const pieces: ReadonlySet<unknown> = new Set([
  'content',
  'reasoning_content',
  'reasoning',
  'refusal',
  'arguments',
  'input',
  'transcript',
  'text',
  'thinking',
  'summary',
]);

function isPiece({ path, form }: TextSlot): boolean {
  return form !== 'value' && pieces.has(path.at(-1)) && !path.includes('annotations');
}

/** Where the text stands in its choice; in lists things are known by the index that they say of themselves. */
function channelOf(event: JsonObject, { path }: TextSlot, { index }: JsonObject): string {
  const steps = path.slice(2).map((step, depth) => {
    const item = typeof step === 'number' ? foundAt(event, path.slice(0, depth + 3)) : undefined;
    return isJsonObject(item) && typeof item['index'] === 'number' ? item['index'] : step;
  });
  return `${index ?? 0}:${steps.join('.')}`;
}

function carry(event: JsonObject, { path }: EventText, text: string): JsonObject {
  const { usage: _, choices, ...head } = event;
  return {
    ...head,
    choices: [{ ...onlyAt(listAt({ choices }, 'choices')[Number(path[1])], path.slice(2), text), finish_reason: null }],
  };
}

/** What leads to the text, and the text. */
function onlyAt(value: JsonValue | undefined, path: Path, text: string): JsonObject {
  const [step, ...rest] = path;
  const holder = isJsonObject(value) ? value : {};
  const { index, type } = holder;
  const known = { ...(typeof index === 'number' && { index }), ...(type === 'text' && { type }) };
  if (step === undefined) return known;
  const inner = holder[step];
  const [at] = rest;
  if (rest.length === 0) return { ...known, [step]: text };
  if (typeof at === 'number')
    return { ...known, [step]: [onlyAt(listAt({ inner }, 'inner')[at], rest.slice(1), text)] };
  return { ...known, [step]: onlyAt(inner, rest, text) };
}

const empty = (value: JsonValue | undefined): boolean => value === undefined || value === null || value === '';

function saysNothingElse({ delta, finish_reason: finish }: JsonObject): boolean {
  if (typeof finish === 'string' || !isJsonObject(delta)) return false;
  return Object.entries(delta).every(([field, value]) => {
    if (field !== 'tool_calls' || !Array.isArray(value)) return empty(value);
    return value.every(
      (call) =>
        isJsonObject(call) &&
        empty(call['id']) &&
        isJsonObject(call['function']) &&
        Object.values(call['function']).every(empty),
    );
  });
}
