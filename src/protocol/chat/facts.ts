import { type BodyFacts, BodyNotes, isRemote } from '../body-facts.ts';
import { isGiven, listAt, objectIn, valueAt } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

const onlyNative = ['functions', 'function_call', 'web_search_options', 'moderation'];

/** What a chat completion's body says of itself. */
export function describeChat(body: JsonObject): BodyFacts {
  const notes = new BodyNotes();
  const messages = listAt(body, 'messages');
  for (const message of messages) if (isJsonObject(message)) noteMessage(message, notes);
  const format = objectIn(body, 'response_format')['type'];
  const effort = body['reasoning_effort'];
  notes.tools(body['tools'], ({ type }) => type === 'function');
  notes.need('audio', isJsonObject(body['audio']));
  notes.need('json_schema', format === 'json_schema');
  notes.need('logprobs', body['logprobs'] === true);
  notes.need('many_choices', Number(body['n'] ?? 1) > 1);
  notes.need(
    'native',
    onlyNative.some((field) => isGiven(body[field])),
  );
  notes.need('parallel_tools', body['parallel_tool_calls'] === true && listAt(body, 'tools').length > 0);
  notes.need('prediction', isJsonObject(body['prediction']));
  notes.need('reasoning', typeof effort === 'string' && effort !== 'none');
  notes.need('stateful', body['store'] === true);
  return notes.facts(messages.length, format === 'json_object' || format === 'json_schema');
}

function noteMessage({ role, content, tool_calls: calls }: JsonObject, notes: BodyNotes): void {
  notes.text(content);
  if (Array.isArray(content)) for (const part of content) notePart(part, notes);
  if (!Array.isArray(calls)) {
    notes.need('native', role === 'function');
    return;
  }
  notes.need('native', !calls.every((call) => isJsonObject(call) && call['type'] === 'function'));
  notes.overhead(calls);
}

function notePart(part: JsonValue, notes: BodyNotes): void {
  if (!isJsonObject(part)) return;
  switch (part['type']) {
    case 'text':
      notes.text(part['text']);
      break;
    case 'refusal':
      notes.text(part['refusal']);
      break;
    case 'image_url':
      notes.need('vision');
      notes.image(valueAt(part, ['image_url', 'detail']));
      notes.need('image_urls', isRemote(valueAt(part, ['image_url', 'url'])));
      break;
    case 'input_audio':
      notes.need('audio');
      notes.audio(valueAt(part, ['input_audio', 'data']), valueAt(part, ['input_audio', 'format']));
      break;
    case 'file':
      notes.need('files');
      notes.file(valueAt(part, ['file', 'file_data']));
      notes.need('native', valueAt(part, ['file', 'file_data']) === undefined);
      break;
    default:
      notes.need('native');
      break;
  }
}
