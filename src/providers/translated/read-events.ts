import type { LanguageModelV4StreamPart, SharedV4Warning } from '@ai-sdk/provider';
import type { GenerationEvent } from '../../protocol/generation.ts';
import { cutShort, FailedCall } from '../upstream/failure.ts';
import { readFinish, readOrigin, readUsage } from './read-answer.ts';

type Part<Type extends LanguageModelV4StreamPart['type']> = Extract<LanguageModelV4StreamPart, { type: Type }>;

/** Follows one stream of an AI SDK's model. */
export class EventReader {
  /** Calls of tools that have begun, and whether anything of their input has come. */
  readonly #calls = new Map<string, boolean>();
  #warnings: readonly SharedV4Warning[] = [];

  /** What the vendor has no name for; known once the stream has begun. */
  get warnings(): readonly SharedV4Warning[] {
    return this.#warnings;
  }

  /** The steps of the answer that a part tells, none for most of what only the AI SDK is interested in. Throws what went wrong. */
  read(part: LanguageModelV4StreamPart): readonly GenerationEvent[] {
    switch (part.type) {
      case 'stream-start':
        this.#warnings = part.warnings;
        return [];
      case 'text-delta':
        return part.delta === '' ? [] : [{ kind: 'text', text: part.delta }];
      case 'reasoning-start':
      case 'reasoning-end':
      case 'reasoning-delta':
        return readReasoning(part);
      case 'tool-input-start':
        this.#calls.set(part.id, false);
        return [{ kind: 'tool-start', id: part.id, name: part.toolName }];
      case 'tool-input-delta':
        if (part.delta === '') return [];
        this.#calls.set(part.id, true);
        return [{ kind: 'tool-input', id: part.id, text: part.delta }];
      case 'tool-call':
        return this.#endCall(part);
      case 'error':
        throw part.error;
      case 'finish':
        return [readEnd(part, this.#calls.size > 0)];
      default:
        return [];
    }
  }

  /** Models that need no input, and providers that give calls whole, write none before the end. */
  #endCall({ toolCallId: id, toolName: name, input, providerMetadata }: Part<'tool-call'>): readonly GenerationEvent[] {
    const hasInput = this.#calls.get(id);
    this.#calls.set(id, true);
    return [
      ...(hasInput === undefined ? [{ kind: 'tool-start', id, name } as const] : []),
      ...(hasInput ? [] : [{ kind: 'tool-input', id, text: input === '' ? '{}' : input } as const]),
      { kind: 'tool-end', id, ...readOrigin(providerMetadata) },
    ];
  }
}

function readReasoning(
  part: Part<'reasoning-start' | 'reasoning-end' | 'reasoning-delta'>,
): readonly GenerationEvent[] {
  const text = part.type === 'reasoning-delta' ? part.delta : '';
  const origin = readOrigin(part.providerMetadata);
  return text === '' && origin.origin === undefined ? [] : [{ kind: 'reasoning', text, ...origin }];
}

/** A stream that breaks off ends, for the AI SDK, without a reason. */
function readEnd({ finishReason, usage, providerMetadata }: Part<'finish'>, hasCalls: boolean): GenerationEvent {
  const { unified, raw } = finishReason;
  if (unified === 'interrupted' || (unified === 'other' && raw === undefined)) throw new FailedCall(cutShort);
  return { kind: 'finish', finish: readFinish(finishReason, hasCalls, providerMetadata), usage: readUsage(usage) };
}
