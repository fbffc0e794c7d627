import type { SurfaceName } from '../api-request.ts';
import { fieldFates } from '../field-fates.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { checkDepth } from './depth.ts';
import { isDataUrl } from './encoded.ts';
import type { Path, TextSlot } from './slot.ts';

/** Fields in which the caller says something beside the conversation. */
const labels: ReadonlySet<string> = new Set([
  'metadata',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'stop',
  'stop_sequences',
  'web_search_options',
]);

/** What a body says beside the conversation: in fields that are labels, and in those that its API does not know. */
export function labelledFields(surface: SurfaceName, body: JsonObject): JsonObject {
  const isKnown = (field: string): boolean => Object.hasOwn(fieldFates[surface], field);
  return Object.fromEntries(Object.entries(body).filter(([field]) => labels.has(field) || !isKnown(field)));
}

/** Every string, whatever its field is called. */
export function gatherLabels(value: JsonValue | undefined, path: Path = []): readonly TextSlot[] {
  checkDepth(path.length);
  if (typeof value === 'string')
    return value === '' || isDataUrl(value) ? [] : [{ path, role: 'label', form: 'text', text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => gatherLabels(item, [...path, index]));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) => gatherLabels(inner, [...path, field]));
}
