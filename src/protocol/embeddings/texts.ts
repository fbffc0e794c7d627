import type { JsonValue } from '../json.ts';
import { gatherLabels, labelledFields } from '../texts/labels.ts';
import type { TextSlot } from '../texts/slot.ts';
import type { SurfaceTexts } from '../texts/stream-texts.ts';

/** What is asked for is texts, or tokens that stand for texts; what is answered is numbers. */
export const embeddingsTexts: SurfaceTexts = {
  request(body) {
    const { input } = body;
    return [
      ...(Array.isArray(input)
        ? input.flatMap((item, index) => slotOf(item, ['input', index]))
        : slotOf(input, ['input'])),
      ...gatherLabels(labelledFields('embeddings', body)),
    ];
  },
  answer: () => [],
  stream: undefined,
};

function slotOf(item: JsonValue | undefined, path: TextSlot['path']): readonly TextSlot[] {
  const role = 'embedding-input';
  if (typeof item === 'string') return item === '' ? [] : [{ path, role, form: 'text', text: item }];
  return item === null || item === undefined ? [] : [{ path, role, form: 'opaque', text: '' }];
}
