import { isJsonObject, type JsonObject } from '../json.ts';
import { typedEvent } from '../sse.ts';
import { gatherTexts } from '../texts/gather.ts';
import { gatherLabels, labelledFields } from '../texts/labels.ts';
import { gatherNames } from '../texts/names.ts';
import type { TextSlot } from '../texts/slot.ts';
import type { EventText, StreamTexts, SurfaceTexts } from '../texts/stream-texts.ts';
import { gatherToolTexts } from '../texts/tool-texts.ts';

/** Pieces, by the field that they stand in. */
const deltas: Readonly<Record<string, string>> = {
  text: 'text_delta',
  thinking: 'thinking_delta',
  partial_json: 'input_json_delta',
};

/** What is written in messages, and in their events. */
export const messagesTexts: SurfaceTexts = {
  request(body) {
    const { system, messages, tools, output_config: output, mcp_servers: servers, tool_choice: choice } = body;
    return [
      ...gatherTexts(system, ['system'], 'system'),
      ...gatherTexts(messages, ['messages'], 'user'),
      ...gatherToolTexts(tools, ['tools']),
      ...gatherToolTexts(output, ['output_config']),
      ...gatherLabels(labelledFields('messages', body)),
      ...gatherNames({ declared: [tools, output, servers], said: [messages, choice], keyed: [] }),
    ];
  },
  answer: (body) => gatherTexts(body['content'], ['content'], 'assistant'),
  stream: {
    repeats: false,
    textsOf(event) {
      const field = event['type'] === 'content_block_start' ? 'content_block' : 'delta';
      if (!String(event['type']).startsWith('content_block_')) return [];
      return gatherTexts(event[field], [field], 'assistant').map((slot) => eventText(event, slot));
    },
    ends: (event, channel) => isLast(event) || (channel.startsWith(`${event['index']}:`) && endsBlock(event, channel)),
    carry: ({ index }, { path }, text) => {
      const field = String(path[1]);
      return { type: 'content_block_delta', index, delta: { type: deltas[field] ?? 'text_delta', [field]: text } };
    },
    isSpent: ({ type }) => type === 'content_block_delta',
    write: (event) => typedEvent({ ...event, type: String(event['type']) }),
  } satisfies StreamTexts,
};

/** What is no piece of something stands for itself. */
function eventText(event: JsonObject, slot: TextSlot): EventText {
  const [, field, ...deeper] = slot.path;
  const isPiece = deeper.length === 0 && String(field) in deltas;
  const channel = `${event['index']}:${slot.path.slice(1).join('.')}`;
  return { ...slot, channel, part: isPiece ? 'piece' : 'alone' };
}

const isLast = ({ type }: JsonObject): boolean => type === 'message_delta' || type === 'message_stop';

/** A signature is of thoughts that have ended. */
function endsBlock({ type, delta }: JsonObject, channel: string): boolean {
  if (type === 'content_block_stop') return true;
  return isJsonObject(delta) && delta['type'] === 'signature_delta' && channel.endsWith(':thinking');
}
