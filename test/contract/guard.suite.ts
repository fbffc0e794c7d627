import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardConfig } from '../../src/config/guard-config.ts';
import type { ActiveGuard, Outside, Place } from '../../src/guards/guard.ts';
import { createGuardStream } from '../../src/guards/guard-stream.ts';
import { guardText } from '../../src/guards/guard-text.ts';
import { createInspector, type Inspector } from '../../src/guards/inspector.ts';
import { readsWholeText } from '../../src/semantics/guard-kinds.ts';
import { requestOf } from '../guards/guard-config.ts';
import { output, surroundings } from '../support/guard-surroundings.ts';

export interface GuardUnderTest {
  readonly config: GuardConfig;
  /** What its service may be reached by; nobody for those that need none. */
  readonly outside?: Partial<Outside>;
  /** A text in which it finds something, and the part that it finds. */
  readonly bad: string;
  readonly part: string;
  readonly rule: string;
  /** A text in which it finds nothing. */
  readonly good: string;
  /** For kinds that ask somebody: makes that fail, each way that it can, and right again. */
  readonly misbehave?: (way: Misbehaviour | 'well') => void;
  stop?(): Promise<void>;
}

const misbehaviours = ['hang', 'html', 'fail', 'other-json', 'no-json'] as const;
type Misbehaviour = (typeof misbehaviours)[number];

/** What every guard does; some ask somebody. */
export function describeGuard(
  kind: GuardConfig['kind'],
  start: () => Promise<GuardUnderTest>,
  asksSomebody = false,
): void {
  describe(`a guard of kind ${kind}`, () => {
    let under: GuardUnderTest;
    let inspectors: Inspector[] = [];
    beforeAll(async () => {
      under = await start();
    });
    afterAll(async () => {
      await Promise.all(inspectors.map((inspector) => inspector.close()));
      inspectors = [];
      await under.stop?.();
    });

    function make(action: ActiveGuard['action'], changes: Partial<Pick<GuardConfig, 'onError' | 'timeoutMs'>> = {}) {
      const config = { ...under.config, ...changes } as GuardConfig;
      const inspector = createInspector([config]);
      inspectors.push(inspector);
      const guard = inspector.guards.get(config.name);
      if (!guard) throw new Error('no guard');
      const request = { ...requestOf(inspector), ...surroundings(under.outside) };
      return { active: { guard, action, stream: 'buffer' as const }, request };
    }
    async function run(text: string, action: ActiveGuard['action'], changes = {}, place: Place = output) {
      const { active, request } = make(action, changes);
      return guardText(text, place, [active], request);
    }

    it('lets what is good pass unchanged', async () => {
      for (const action of ['observe', 'redact', 'block'] as const) {
        expect(await run(under.good, action)).toEqual({ text: under.good, blocked: null, reports: [] });
      }
    });

    it('blocks what it finds, and says which rule without the text', async () => {
      const outcome = await run(under.bad, 'block');
      expect(outcome).toMatchObject({ text: '', blocked: { guard: under.config.name, rule: under.rule } });
      expect(JSON.stringify([outcome.blocked, outcome.reports])).not.toContain(under.part);
    });

    it('redacts the part that it finds and nothing else', async () => {
      const { text, blocked } = await run(under.bad, 'redact');
      const at = under.bad.indexOf(under.part);
      expect(blocked).toBeNull();
      expect(text).not.toContain(under.part);
      expect(text.startsWith(under.bad.slice(0, at))).toBe(true);
      expect(text.endsWith(under.bad.slice(at + under.part.length))).toBe(true);
    });

    it('only reports where it observes', async () => {
      const { text, blocked, reports } = await run(under.bad, 'observe');
      expect({ text, blocked }).toEqual({ text: under.bad, blocked: null });
      expect(reports).toEqual([
        { guard: under.config.name, action: 'observe', outcome: 'found', rule: under.rule, count: 1 },
      ]);
    });

    it('finds in a stream what it finds in the whole', async () => {
      const { active, request } = make('block');
      const windows = active.guard.detector.reach.kind === 'window';
      const stream = createGuardStream([{ ...active, stream: windows ? { windowBytes: 100 } : 'buffer' }], request);
      let text = '';
      for (const unit of under.bad) text += (await stream.push('text', unit, output)).text;
      text += (await stream.end('text')).text;
      expect(stream.blocked).toEqual({ guard: under.config.name, rule: under.rule });
      expect(text).not.toContain(under.part);
      expect(under.bad.startsWith(text)).toBe(true);
    });

    it('works on a window exactly where the language says that its kind does', () => {
      expect(make('block').active.guard.detector.reach.kind).toBe(readsWholeText(kind) ? 'whole' : 'window');
    });

    it('bears text that is no text', async () => {
      for (const text of ['', '\ud800', 'a\udfff', '\0', '\ufffe', '\u202e'.repeat(100)]) {
        const { reports } = await run(text, 'observe');
        expect(reports.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      }
    });

    describe('that cannot tell', () => {
      const aborted = { ...surroundings(), signal: AbortSignal.abort() };
      it.each([
        ['block', { text: '', blocked: { rule: 'failed' } }],
        ['pass', { blocked: null }],
      ] as const)('does what its config says: %s', async (onError, wanted) => {
        for (const action of ['redact', 'block'] as const) {
          const { active, request } = make(action, { onError });
          const outcome = await guardText(under.bad, output, [active], { ...request, ...aborted });
          expect(outcome).toMatchObject(wanted);
          expect(outcome.reports).toMatchObject([{ outcome: 'failed', count: 1 }]);
        }
      });

      it('blocks nothing where it only observes', async () => {
        const { active, request } = make('observe', { onError: 'block' });
        expect((await guardText(under.bad, output, [active], { ...request, ...aborted })).text).toBe(under.bad);
      });
    });

    if (!asksSomebody) return;

    it.each(misbehaviours)('has failed, in bounded time, when whom it asks does this: %s', async (way) => {
      under.misbehave?.(way);
      try {
        const timeoutMs = way === 'hang' ? 50 : 5_000;
        const blocked = await run(under.good, 'block', { onError: 'block', timeoutMs });
        expect(blocked.blocked).toEqual({ guard: under.config.name, rule: 'failed' });
        const passed = await run(under.good, 'block', { onError: 'pass', timeoutMs });
        expect(passed).toMatchObject({ text: under.good, blocked: null, reports: [{ outcome: 'failed' }] });
      } finally {
        under.misbehave?.('well');
      }
    });

    it('has failed where residency lets nobody be asked', async () => {
      const { active, request } = make('block');
      const outcome = await guardText(under.bad, output, [active], { ...request, ...surroundings() });
      expect(outcome.blocked).toEqual({ guard: under.config.name, rule: 'failed' });
    });
  });
}
