import type { SurfaceName } from '../protocol/api-request.ts';

/**
 * How answers say of themselves that they are not whole: a limit, a filter or a refusal ended them. Text of a model has its quotes
 * escaped, and looks like none of these.
 */
const marks: Readonly<Record<SurfaceName, RegExp | undefined>> = {
  chat: /"finish_reason"\s*:\s*"(?:length|max_tokens|content_filter|error|insufficient_system_resource)"/,
  responses: /"type"\s*:\s*"response\.incomplete"|"status"\s*:\s*"incomplete"/,
  messages: /"stop_reason"\s*:\s*"(?:max_tokens|model_context_window_exceeded|refusal|pause_turn)"/,
  embeddings: undefined,
};

/** Whether an answer, whole or as events, is only a part of what its model would have said. */
export function isCutShort(surface: SurfaceName, chunks: readonly Uint8Array[]): boolean {
  const mark = marks[surface];
  return mark?.test(Buffer.concat(chunks).toString('latin1')) ?? false;
}
