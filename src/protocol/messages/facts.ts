import { type BodyFacts, BodyNotes } from '../body-facts.ts';
import { isGiven, listAt, valueAt } from '../fields.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Need } from '../needs.ts';

const onlyNative = ['container', 'mcp_servers', 'context_management', 'inference_geo'];

/** What a message request's body says of itself. */
export function describeMessages(body: JsonObject): BodyFacts {
  const notes = new BodyNotes();
  const messages = listAt(body, 'messages');
  noteContent(body['system'], notes);
  for (const message of messages) if (isJsonObject(message)) noteContent(message['content'], notes);
  const tools = listAt(body, 'tools');
  notes.tools(tools, isClientTool);
  // More than one call at a time is what this API does unless it is told otherwise: only the answer to many calls needs it.
  notes.need('json_schema', valueAt(body, ['output_config', 'format', 'type']) === 'json_schema');
  notes.need(
    'native',
    onlyNative.some((field) => isGiven(body[field])),
  );
  notes.need('reasoning', asksForReasoning(body));
  return notes.facts(messages.length, isJsonObject(valueAt(body, ['output_config', 'format'])));
}

/** A tool that the caller runs, described by a schema. */
export function isClientTool({ type }: JsonObject): boolean {
  return type === undefined || type === null || type === 'custom';
}

function asksForReasoning(body: JsonObject): boolean {
  const thinking = valueAt(body, ['thinking', 'type']);
  return thinking === 'enabled' || thinking === 'adaptive' || isGiven(valueAt(body, ['output_config', 'effort']));
}

function noteContent(content: JsonValue | undefined, notes: BodyNotes): void {
  notes.text(content);
  if (Array.isArray(content)) for (const block of content) if (isJsonObject(block)) noteBlock(block, notes);
}

function noteBlock(block: JsonObject, notes: BodyNotes): void {
  switch (block['type']) {
    case 'text':
      notes.text(block['text']);
      break;
    case 'image':
      notes.need('vision');
      notes.image();
      noteSource(block, ['base64', 'url'], 'image_urls', notes);
      break;
    case 'document':
      notes.need('files');
      if (valueAt(block, ['source', 'type']) === 'text') notes.text(valueAt(block, ['source', 'data']));
      else notes.file(valueAt(block, ['source', 'data']));
      noteSource(block, ['base64', 'text', 'url'], 'file_urls', notes);
      break;
    case 'tool_use':
      notes.overhead({ name: block['name'], input: block['input'] });
      break;
    case 'tool_result':
      noteContent(block['content'], notes);
      break;
    case 'thinking':
    case 'redacted_thinking':
      break;
    default:
      notes.need('native');
      break;
  }
}

function noteSource(block: JsonObject, portable: readonly string[], elsewhere: Need, notes: BodyNotes): void {
  const kind = valueAt(block, ['source', 'type']);
  notes.need(elsewhere, kind === 'url');
  notes.need('native', !portable.includes(String(kind)));
}
