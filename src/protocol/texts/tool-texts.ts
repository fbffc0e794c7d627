import { isJsonObject, type JsonValue } from '../json.ts';
import { checkDepth } from './depth.ts';
import { gatherTexts } from './gather.ts';
import type { Path, TextSlot } from './slot.ts';

const words: ReadonlySet<string> = new Set([
  'description',
  'title',
  'default',
  'example',
  'examples',
  'const',
  '$comment',
]);

/** What a list of tools says to the model in words; an object of that name is a parameter. */
export const isWordOfTool = (field: string, value: JsonValue | undefined): boolean =>
  words.has(field) && !isJsonObject(value);

/** Texts of the declarations of tools and formats. Their names, and the words of enums, are what a call is made of: they stay. */
export function gatherToolTexts(value: JsonValue | undefined, path: Path): readonly TextSlot[] {
  checkDepth(path.length);
  if (typeof value !== 'object' || value === null) return [];
  if (!isJsonObject(value)) return value.flatMap((item, index) => gatherToolTexts(item, [...path, index]));
  return Object.entries(value).flatMap(([field, inner]) => {
    const at = [...path, field];
    return isWordOfTool(field, inner) ? gatherTexts(inner, at, 'system') : gatherToolTexts(inner, at);
  });
}
