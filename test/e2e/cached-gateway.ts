import type { Ledger } from '../../src/ledger/ledger.ts';
import {
  answerJson,
  answerStream,
  type ReceivedCall,
  type ScriptedUpstream,
  scriptUpstream,
} from '../providers/scripted-upstream.ts';
import { type GuardedGateway, inventoryOf, serveGuarded } from './guarded-gateway.ts';

export interface CachedGateway {
  readonly gateway: GuardedGateway;
  readonly upstream: ScriptedUpstream;
  /** How often a model was asked, embeddings left out. */
  readonly asked: () => number;
  readonly embedded: () => number;
}

/** What the upstream says: its number, so that no two answers are alike, and whatever the test puts in. */
export type Say = (call: ReceivedCall, number: number) => string;

const sse = (data: unknown, type?: string): string =>
  `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`;

const usage = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };

function chatEvents(model: string, text: string): string[] {
  const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model };
  const words = text.match(/\s*\S+/g) ?? [];
  return [
    ...words.map((content) => sse({ ...head, choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
    sse({ ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    sse({ ...head, choices: [], usage }),
    'data: [DONE]\n\n',
  ];
}

function messageEvents(model: string, text: string): string[] {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
  const typed = ({ type, ...event }: { readonly type: string } & Record<string, unknown>) =>
    sse({ type, ...event }, type);
  const words = text.match(/\s*\S+/g) ?? [];
  return [
    typed({ type: 'message_start', message: { ...message, usage: { input_tokens: 1000, output_tokens: 1 } } }),
    typed({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...words.map((word) => typed({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } })),
    typed({ type: 'content_block_stop', index: 0 }),
    typed({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 500 },
    }),
    typed({ type: 'message_stop' }),
  ];
}

const responseUsage = {
  input_tokens: 1000,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 500,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 1500,
};

function responseOf(model: string, text: string, number: number) {
  const content = [{ type: 'output_text', text, annotations: [] }];
  const output = [{ id: 'm1', type: 'message', role: 'assistant', status: 'completed', content }];
  return {
    id: `resp_up${number}`,
    object: 'response',
    created_at: 1,
    status: 'completed',
    model,
    output,
    usage: responseUsage,
  };
}

function responseEvents(model: string, text: string, number: number): string[] {
  const response = responseOf(model, text, number);
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  const item = { id: 'm1', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const at = { item_id: 'm1', output_index: 0, content_index: 0 };
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '', annotations: [] } },
    ...(text.match(/\s*\S+/g) ?? []).map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: 'response.output_text.done', ...at, text },
    { type: 'response.output_item.done', output_index: 0, item: response.output[0] },
    { type: 'response.completed', response },
  ];
  return events.map((event, place) => sse({ ...event, sequence_number: place }, event.type));
}

/** A vector of letters: texts with the same letters lie close together. */
export function lettersOf(text: string): readonly number[] {
  const counts = new Array<number>(26).fill(0);
  for (const letter of text.toLowerCase().match(/[a-z]/g) ?? []) {
    const at = letter.charCodeAt(0) - 97;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

interface CachedOptions {
  /** Further lines of the config. */
  readonly more?: string;
  readonly say?: Say;
  /** No answer before this. */
  readonly held?: Promise<unknown>;
  /** Otherwise embeddings fail. */
  readonly embeds?: boolean;
  readonly ledger?: Ledger;
}

/** A gateway before an upstream that speaks all four APIs, answers anew each time, and makes vectors of letters. */
export async function serveCached(
  rules: string,
  { more = '', say = (_call, number) => `answer ${number} for you`, held, embeds = true, ledger }: CachedOptions = {},
): Promise<CachedGateway> {
  const isEmbedding = ({ path }: ReceivedCall) => path.endsWith('/embeddings');
  let number = 0;
  const upstream = await scriptUpstream(async (response, call) => {
    const body = JSON.parse(call.body);
    const { model, stream } = body;
    if (isEmbedding(call)) {
      if (!embeds) return answerJson(response, 500, { error: { message: 'no' } });
      const texts: string[] = [body.input].flat();
      const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: lettersOf(text) }));
      return answerJson(response, 200, {
        object: 'list',
        data,
        model,
        usage: { prompt_tokens: 1000, total_tokens: 1000 },
      });
    }
    number += 1;
    const mine = number;
    const text = say(call, mine);
    await (held ?? new Promise((resolve) => setTimeout(resolve, 20)));
    if (call.path.endsWith('/messages')) {
      if (stream) return answerStream(response, messageEvents(model, text));
      const content = [{ type: 'text', text }];
      const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content, stop_reason: 'end_turn' };
      return answerJson(response, 200, { ...message, usage: { input_tokens: 1000, output_tokens: 500 } });
    }
    if (call.path.endsWith('/responses')) {
      if (stream) return answerStream(response, responseEvents(model, text, mine));
      return answerJson(response, 200, responseOf(model, text, mine));
    }
    if (stream) return answerStream(response, chatEvents(model, text));
    const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
    return answerJson(response, 200, { id: 'c1', object: 'chat.completion', created: 1, model, choices, usage });
  });
  const gateway = await serveGuarded(inventoryOf(upstream.baseUrl.replace(/\/v1$/, ''), more), rules, ledger);
  return {
    gateway,
    upstream,
    asked: () => upstream.calls.filter((call) => !isEmbedding(call)).length,
    embedded: () => upstream.calls.filter(isEmbedding).length,
  };
}
