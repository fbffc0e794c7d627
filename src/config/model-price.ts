import type { Price, Rate } from '../catalog/price.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Value } from '../semantics/types.ts';
import { type ConfigNode, nodeAt } from './config-node.ts';
import { entriesOf } from './read-entries.ts';
import { readTyped } from './typed-value.ts';
import { unknownWord } from './unknown-word.ts';

/** The fields of `prices`, and the part of the price that each is. */
const fields: Readonly<Record<string, keyof Price>> = {
  cached_input: 'cachedInput',
  cache_write: 'cacheWrite',
  cache_write_1h: 'cacheWriteHour',
  audio_input: 'audioInput',
  cached_audio_input: 'cachedAudioInput',
  image_input: 'imageInput',
  reasoning_output: 'reasoningOutput',
  audio_output: 'audioOutput',
  image_output: 'imageOutput',
  per_request: 'perRequest',
};

const flat = (base: number): Rate => ({ base, tiers: [] });

/** The parts of a price that a model states beside `price_in` and `price_out`. */
export function readPrices(node: ConfigNode, currency: string, diagnostics: Diagnostic[]): Partial<Price> {
  const stated: Record<string, Rate | number> = {};
  for (const [name, child] of entriesOf(nodeAt(node, ['prices']), diagnostics)) {
    const part = fields[name];
    if (part === undefined) {
      const message = `\`${name}\` is no part of a price`;
      diagnostics.push(unknownWord('config-unknown-key', child.at, message, name, Object.keys(fields)));
      continue;
    }
    const amount = readTyped({ kind: 'money' }, child, currency, diagnostics);
    if (typeof amount === 'number') stated[part] = part === 'perRequest' ? amount : flat(amount);
  }
  return stated;
}

/**
 * What a model costs. The public price serves a config of its currency; a stated `price_in` or `price_out` takes the place of all of it that is
 * input, or output: nobody knows how a price of one's own goes with the vendor's discounts.
 */
export function priceOf(
  listed: Price | undefined,
  attributes: ReadonlyMap<string, Value>,
  stated: Partial<Price>,
): Price | null {
  const [input, output] = [attributes.get('price_in'), attributes.get('price_out')];
  const own = {
    ...(typeof input === 'number' ? { input: flat(input) } : inputOf(listed)),
    ...(typeof output === 'number' ? { output: flat(output) } : outputOf(listed)),
    ...stated,
  };
  return isPrice(own) ? own : null;
}

function isPrice(price: Partial<Price>): price is Price {
  return price.input !== undefined && price.output !== undefined;
}

const outputs: readonly string[] = ['output', 'reasoningOutput', 'audioOutput', 'imageOutput'];

function outputOf(listed: Price | undefined): Partial<Price> {
  return Object.fromEntries(Object.entries(listed ?? {}).filter(([part]) => outputs.includes(part)));
}

function inputOf(listed: Price | undefined): Partial<Price> {
  return Object.fromEntries(Object.entries(listed ?? {}).filter(([part]) => !outputs.includes(part)));
}
