import { listAt, valueAt } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { typedEvent } from '../sse.ts';
import { gatherTexts, withoutLogprobs } from '../texts/gather.ts';
import { gatherLabels, labelledFields } from '../texts/labels.ts';
import { gatherNames } from '../texts/names.ts';
import type { Path, TextSlot } from '../texts/slot.ts';
import type { EventText, StreamTexts, SurfaceTexts } from '../texts/stream-texts.ts';
import { gatherToolTexts } from '../texts/tool-texts.ts';

/** What is written in responses, and in their events. */
export const responsesTexts: SurfaceTexts = {
  request(body) {
    const { instructions, input, metadata, tools, text: format, tool_choice: choice } = body;
    const variables = valueAt(body, ['prompt', 'variables']);
    return [
      ...gatherTexts(instructions, ['instructions'], 'system'),
      ...gatherTexts(input, ['input'], 'user'),
      ...gatherTexts(variables, ['prompt', 'variables'], 'user'),
      ...gatherToolTexts(tools, ['tools']),
      ...gatherToolTexts(format, ['text']),
      ...gatherLabels(labelledFields('responses', body)),
      ...gatherNames({ declared: [tools, format], said: [input, choice], keyed: [metadata, variables] }),
    ];
  },
  answer: (body) => gatherTexts(body['output'], ['output'], 'assistant'),
  stream: {
    repeats: true,
    textsOf: (event) => pieceOf(event) ?? partOf(event) ?? itemOf(event) ?? citedBy(event) ?? responseOf(event),
    // Every channel is told as a whole at its end.
    ends: () => false,
    carry: (event, _at, text) => ({ ...event, delta: text }),
    isSpent: ({ type }) => String(type).endsWith('.delta'),
    write(event, place) {
      const { obfuscation: _, ...said } = withoutLogprobs(event) as JsonObject;
      return typedEvent({
        ...said,
        type: String(event['type']),
        ...('sequence_number' in said && { sequence_number: place }),
      });
    },
  } satisfies StreamTexts,
};

/** The field of a `.done` event that repeats what came in pieces. */
const wholes = ['text', 'refusal', 'arguments', 'code', 'input', 'transcript'];

/** `response.output_text` of `response.output_text.delta`. */
const kindOf = (type: string): string => type.replace(/\.(?:delta|done)$/, '');

function channelAt(output: unknown, kind: string, part: unknown): string {
  return `${output ?? 0}:${kind}:${part ?? 0}`;
}

/** What is said of tools is their arguments, as JSON, or their input; what a kind is called tells the rest. */
function slotOf(kind: string, path: Path, text: string): TextSlot {
  if (kind.endsWith('_arguments')) return { path, role: 'tool-call', form: 'json', text };
  const role = /_(?:input|code)$/.test(kind) ? 'tool-call' : /reasoning/.test(kind) ? 'reasoning' : 'assistant';
  return { path, role, form: 'text', text };
}

function pieceOf(event: JsonObject): readonly EventText[] | undefined {
  const type = String(event['type']);
  const kind = kindOf(type);
  if (kind === type || kind === 'response.audio') return undefined;
  const isWhole = type.endsWith('.done');
  const field = isWhole ? wholes.find((name) => typeof event[name] === 'string') : 'delta';
  const text = field === undefined ? undefined : event[field];
  if (field === undefined || typeof text !== 'string') return undefined;
  const channel = channelAt(event['output_index'], kind, event['content_index'] ?? event['summary_index']);
  return [{ ...slotOf(kind, [field], text), channel, part: isWhole ? 'whole' : 'piece' }];
}

const kindsOfParts: ReadonlyMap<unknown, string> = new Map([
  ['output_text', 'response.output_text'],
  ['refusal', 'response.refusal'],
  ['reasoning_text', 'response.reasoning_text'],
  ['summary_text', 'response.reasoning_summary_text'],
]);

/** A part of an item, with what else it holds: the titles of what it cites. */
function textsOfPart(part: JsonValue | undefined, path: Path, output: unknown, place: unknown): readonly EventText[] {
  const kind = isJsonObject(part) ? kindsOfParts.get(part['type']) : undefined;
  return gatherTexts(part, path, 'assistant').map((slot): EventText => {
    const field = slot.path.at(-1);
    const isBody = slot.path.length === path.length + 1 && (field === 'text' || field === 'refusal');
    const channel =
      isBody && kind
        ? channelAt(output, kind, place)
        : `${output ?? 0}:${place ?? 0}:${slot.path.slice(path.length).join('.')}`;
    return { ...slot, role: kind?.includes('reasoning') ? 'reasoning' : slot.role, channel, part: 'whole' };
  });
}

function partOf({ part, output_index: output, content_index: content, summary_index: summary }: JsonObject) {
  return isJsonObject(part) ? textsOfPart(part, ['part'], output, content ?? summary) : undefined;
}

function itemOf({ item, output_index: output }: JsonObject): readonly EventText[] | undefined {
  return isJsonObject(item) ? textsOfItem(item, ['item'], output) : undefined;
}

function textsOfItem(item: JsonObject, path: Path, output: unknown): readonly EventText[] {
  const { content, summary, ...rest } = item;
  const parts = (list: string) =>
    listAt(item, list).flatMap((part, place) => textsOfPart(part, [...path, list, place], output, place));
  const others = gatherTexts(rest, path, 'assistant').map((slot): EventText => {
    const field = String(slot.path.at(-1));
    const kind = { arguments: `response.${item['type']}_arguments`, input: `response.${item['type']}_input` }[field];
    const isBody = slot.path.length === path.length + 1;
    const code = isBody && field === 'code' ? `response.${item['type']}_code` : undefined;
    const said = isBody ? (kind ?? code) : undefined;
    const channel = said ? channelAt(output, said, 0) : `${output ?? 0}:${slot.path.slice(path.length).join('.')}`;
    return { ...slot, channel, part: 'whole' };
  });
  return [...parts('content'), ...parts('summary'), ...others];
}

/** What an answer cites, told as it is written. */
function citedBy({ annotation, output_index: output }: JsonObject): readonly EventText[] | undefined {
  if (!isJsonObject(annotation)) return undefined;
  return gatherTexts(annotation, ['annotation'], 'assistant').map((slot): EventText => {
    return { ...slot, channel: `${output ?? 0}:${slot.path.join('.')}`, part: 'alone' };
  });
}

/** The last event repeats the whole answer. */
function responseOf({ response }: JsonObject): readonly EventText[] {
  if (!isJsonObject(response)) return [];
  return listAt(response, 'output').flatMap((item, output) =>
    isJsonObject(item) ? textsOfItem(item, ['response', 'output', output], output) : [],
  );
}
