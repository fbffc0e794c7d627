import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJsonObject } from '../../src/protocol/json.ts';
import type { TappedCall } from '../support/tap.ts';
import { type Behaviour, behaviours, systemWords } from './behaviours.ts';
import { type CallerApi, callers } from './callers.ts';
import { type Cells, counted, openCells } from './cells.ts';
import { type UpstreamApi, upstreams } from './upstreams.ts';
import { type WireRequest, wrongOnWire } from './wire-types.ts';

let cells: Cells;
const onWire: WireRequest[] = [];
beforeAll(async () => {
  cells = await openCells();
});
afterAll(() => cells.close());

/** What one call told the upstream: read from its raw bytes, which are kept to be held against the vendor's types. */
function toldBy(label: string, { requests }: UpstreamApi, calls: readonly TappedCall[]) {
  expect(calls).toHaveLength(1);
  const [call] = calls;
  const kind = requests.find(({ path }) => path.test(call?.path.split('?')[0] ?? ''));
  const bytes = call?.body.toString() ?? '';
  const body = parseJsonObject(bytes);
  if (kind === undefined || body === undefined) throw new Error(`${call?.path} is no request of that API: ${bytes}`);
  onWire.push({ label, type: kind.type, body: bytes });
  expect(JSON.stringify(call?.headers)).toContain('upstream-secret');
  return kind.read(body);
}

async function runCell(caller: CallerApi, upstream: UpstreamApi, behaviour: Behaviour, stream: boolean) {
  cells.tap.calls.length = 0;
  const outcome = await caller.ask(cells.url, upstream.model, behaviour, stream);
  const label = `${caller.name} → ${upstream.name}, ${behaviour.name}, ${stream ? 'stream' : 'whole'}`;
  return { outcome, told: toldBy(label, upstream, cells.tap.calls) };
}

describe.each(callers)('callers of $name', (caller) => {
  describe.each(upstreams)('before $name', (upstream) => {
    describe.each([false, true])('with a stream: %s', (stream) => {
      it.each(behaviours)('reach it, and understand its answer: $name', async (behaviour) => {
        const { outcome, told } = await runCell(caller, upstream, behaviour, stream);
        const { answer, tools, earlier, schema, image, effort } = behaviour;
        expect(told).toEqual({
          system: systemWords,
          prompt: behaviour.prompt,
          tools,
          mustCall: tools.length > 0,
          callIds: earlier.map(({ id }) => (upstream.hasNoCallIds ? '' : id)),
          results: earlier.map(({ result }) => result),
          schema,
          image,
          maxTokens: 2000,
          thinks: effort !== undefined,
        });
        const { text = '', reasoning = '', calls = [] } = answer;
        expect(outcome).toMatchObject({ text, reasoning, calls });
        expect(new Set(outcome.callIds).size).toBe(calls.length);
        expect(outcome.finish).toBe(calls.length > 0 ? caller.finish.calls : caller.finish.whole);
        expect(outcome).toMatchObject({ inputTokens: counted.input, outputTokens: counted.output });
      });
    });
  });
});

it('sends nothing that the vendors’ own types do not know', () => {
  expect(onWire).toHaveLength(callers.length * upstreams.length * behaviours.length * 2);
  expect(wrongOnWire(onWire)).toEqual([]);
});

it('would find it if something else were sent', () => {
  const kinds = new Map(onWire.map((request) => [request.type, request]));
  const strange = [...kinds.values()].map((request) => ({
    ...request,
    label: request.type,
    body: request.body.replace(/}$/, ',"brand_new_field":1}'),
  }));
  const found = wrongOnWire(strange).map((line) => line.split(':')[0]);
  expect(found.toSorted()).toEqual([...kinds.keys()].sort());
});
