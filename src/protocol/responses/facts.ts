import { type BodyFacts, BodyNotes, isRemote } from '../body-facts.ts';
import { isGiven, listAt, valueAt } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

const onlyNative = ['prompt', 'context_management', 'moderation', 'image', 'access_programs'];

/** What the body of a response request says of itself. */
export function describeResponses(body: JsonObject): BodyFacts {
  const notes = new BodyNotes();
  const { input } = body;
  const items = typeof input === 'string' ? [input] : listAt(body, 'input');
  notes.text(body['instructions']);
  for (const item of items) noteItem(item, notes);
  const format = valueAt(body, ['text', 'format', 'type']);
  const effort = valueAt(body, ['reasoning', 'effort']);
  notes.tools(body['tools'], ({ type }) => type === 'function');
  notes.need('json_schema', format === 'json_schema');
  notes.need(
    'logprobs',
    listAt(body, 'include').includes('message.output_text.logprobs') || Number(body['top_logprobs']) > 0,
  );
  notes.need('native', body['truncation'] === 'auto' || onlyNative.some((field) => isGiven(body[field])));
  notes.need('parallel_tools', body['parallel_tool_calls'] === true && listAt(body, 'tools').length > 0);
  notes.need('reasoning', typeof effort === 'string' && effort !== 'none');
  notes.need('stateful', body['store'] === true || typeof body['previous_response_id'] === 'string');
  return notes.facts(items.length, format === 'json_object' || format === 'json_schema');
}

function noteItem(item: JsonValue, notes: BodyNotes): void {
  if (!isJsonObject(item)) {
    notes.text(item);
    return;
  }
  switch (item['type'] ?? 'message') {
    case 'message':
      noteContent(item['content'], notes);
      break;
    case 'function_call':
      notes.overhead({ name: item['name'], arguments: item['arguments'] });
      break;
    case 'function_call_output':
      noteContent(item['output'], notes);
      break;
    case 'reasoning':
      break;
    default:
      notes.need('native');
      break;
  }
}

function noteContent(content: JsonValue | undefined, notes: BodyNotes): void {
  notes.text(content);
  if (Array.isArray(content)) for (const part of content) if (isJsonObject(part)) notePart(part, notes);
}

function notePart(part: JsonObject, notes: BodyNotes): void {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
      notes.text(part['text']);
      break;
    case 'refusal':
      notes.text(part['refusal']);
      break;
    case 'input_image':
      notes.need('vision');
      notes.image(part['detail']);
      notes.need('native', typeof part['image_url'] !== 'string');
      notes.need('image_urls', isRemote(part['image_url']));
      break;
    case 'input_file':
      notes.need('files');
      notes.file(part['file_data']);
      notes.need('native', typeof part['file_data'] !== 'string' && typeof part['file_url'] !== 'string');
      notes.need('file_urls', isRemote(part['file_url']));
      break;
    case 'input_audio':
      notes.need('audio');
      notes.audio(valueAt(part, ['input_audio', 'data']), valueAt(part, ['input_audio', 'format']));
      break;
    default:
      notes.need('native');
      break;
  }
}
