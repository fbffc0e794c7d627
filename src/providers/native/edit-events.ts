import { isJsonObject } from '../../protocol/json.ts';
import { eachData, readEvent } from './events.ts';

const emptyChoices = ['"choices":[]', '"choices": []'];

/** Drops the chunks that only tell a usage which the caller did not ask for. */
export function hideUsage(events: Buffer): Buffer {
  if (!emptyChoices.some((mark) => events.includes(mark))) return events;
  const kept = events
    .toString()
    .split(/(?<=\r?\n\r?\n)/)
    .filter((event) => !onlyTellsUsage(event));
  return Buffer.from(kept.join(''));
}

function onlyTellsUsage(text: string): boolean {
  for (const data of eachData(text)) {
    const event = readEvent(data);
    return (
      isJsonObject(event) &&
      Array.isArray(event['choices']) &&
      event['choices'].length === 0 &&
      isJsonObject(event['usage'])
    );
  }
  return false;
}

/** A text of the upstream's, and what the caller is told in its place. */
export type Replacement = readonly [from: string, to: string];

/** Puts texts in the place of others, wherever they stand. */
export function replaceBytes(bytes: Buffer, replacements: readonly Replacement[]): Buffer {
  return replacements.reduce<Buffer>(
    (edited, [from, to]) => (edited.includes(from) ? Buffer.from(edited.toString().replaceAll(from, to)) : edited),
    bytes,
  );
}
