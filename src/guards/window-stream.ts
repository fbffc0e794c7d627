import type { ChannelStream, Released } from './channel-stream.ts';
import type { ActiveGuard, Blocked, Finding, Place, Report } from './guard.ts';
import { blockedBy, type GuardedRequest, reportFailure, reportsOf, stretchesOf } from './guard-text.ts';
import { inOrder, redactText, type Stretch, withoutOverlaps } from './redact.ts';

/** How many units a guard must see at once: at least what its detector needs, whatever the policy writes. */
function unitsOf({ guard: { detector }, stream }: ActiveGuard): number {
  const written = stream !== null && typeof stream === 'object' ? stream.windowBytes : 0;
  return Math.max(detector.reach.kind === 'window' ? detector.reach.units : 0, written);
}

const isHigh = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;

/**
 * Text in, text out, at most one and a half windows later. The text is looked at when fixed lengths of it have come, never when pieces
 * happen to end, so that the outcome depends on the text alone. Each look begins one window before what was not released yet and
 * settles all but its last window; what begins in the settled part has then been seen with all that is around it.
 */
export function createWindowStream(
  place: Place,
  guards: readonly ActiveGuard[],
  request: GuardedRequest,
  tell: (reports: readonly Report[]) => void,
): ChannelStream {
  const units = Math.max(...guards.map(unitsOf));
  const step = Math.max(32, Math.floor(units / 2));
  // Offsets count from the beginning of the channel.
  let [held, base, released, settled, nextLook] = ['', 0, 0, 0, units + step];

  /** How far the text has been seen well enough, if it may go on. */
  function settledAt(view: string, ends: boolean): number {
    if (ends) return base + view.length;
    const open = guards.map(({ guard }) => guard.detector.openAt?.(view) ?? view.length);
    let at = Math.max(released, settled, base + Math.min(view.length - units, ...open));
    // Half a character is no text: the two halves go together.
    if (at > released && isHigh(view, at - base - 1)) at -= 1;
    return at;
  }

  /** The findings that begin in the part that this look settles, by their place in the channel. */
  async function look(view: string, until: number) {
    const inspected = await Promise.all(
      guards.map(({ guard }) => request.inspector.inspect(guard, view, place, request)),
    );
    const blocks: { readonly at: number; readonly why: Blocked }[] = [];
    const stretches: Stretch[] = [];
    for (const [index, active] of guards.entries()) {
      const outcome = inspected[index];
      const all = outcome?.kind === 'findings' ? outcome.findings : null;
      if (all === null) tell([reportFailure(active)]);
      const placed = (all ?? []).map((finding) => ({
        ...finding,
        start: finding.start + base,
        end: finding.end + base,
      }));
      const begun = placed.filter(({ start, end }) => start < until && end > released);
      const fresh = begun.filter(({ start }) => start >= settled);
      tell(reportsOf(active, fresh));
      const why = blockedBy(active, all && begun);
      if (why) blocks.push({ at: all === null ? released : firstOf(begun), why });
      if (active.action === 'redact') stretches.push(...stretchesOf(active, begun, place));
    }
    return { block: blocks.toSorted((a, b) => a.at - b.at)[0], stretches };
  }

  async function settle(view: string, ends: boolean): Promise<Released> {
    const until = settledAt(view, ends);
    const { block, stretches } = await look(view, until);
    const from = released;
    const cut = Math.max(from, block ? Math.min(block.at, until) : until);
    const open = withoutOverlaps(
      inOrder(stretches)
        .filter(({ start }) => start < cut)
        .map((stretch) => ({ ...stretch, start: Math.max(stretch.start, from) - from, end: stretch.end - from })),
    );
    released = Math.max(cut, from + (open.at(-1)?.end ?? 0));
    const text = redactText(view.slice(from - base, released - base), open, request.placeholders);
    settled = until;
    const keptFrom = Math.max(base, released - units);
    held = held.slice(keptFrom - base);
    base = keptFrom;
    return { text, blocked: block?.why ?? null };
  }

  return {
    async push(piece) {
      held += piece;
      let text = '';
      while (base + held.length >= nextLook) {
        const next = await settle(held.slice(0, nextLook - base), false);
        text += next.text;
        if (next.blocked) return { text, blocked: next.blocked };
        nextLook += step;
      }
      return { text, blocked: null };
    },
    async end() {
      return settle(held, true);
    },
  };
}

function firstOf(findings: readonly Finding[]): number {
  return Math.min(...findings.map(({ start }) => start));
}
