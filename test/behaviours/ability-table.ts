import { lostByEndpoint } from '../../src/config/carried-needs.ts';
import { kindFacts, type ProviderKind, providerKinds } from '../../src/config/provider-kinds.ts';
import { type SurfaceName, surfaceNames } from '../../src/protocol/api-request.ts';
import { behaviours } from './behaviours.ts';
import { forms } from './forms/forms.ts';
import { upstreams } from './upstreams.ts';

/** What shows that a row is true: the table of behaviours, run before aimock; streams in documented forms; or nothing but the row itself. */
export type Evidence = 'aimock' | 'recorded form' | 'dialect only';

export interface AbilityRow {
  readonly surface: SurfaceName;
  readonly kinds: readonly ProviderKind[];
  readonly way: 'bytes' | 'translated';
  /** By the names of behaviours, in their order. */
  readonly able: readonly boolean[];
  readonly evidence: Evidence;
}

const generating = surfaceNames.filter((surface) => surface !== 'embeddings');

/** One row for kinds of which the same holds. */
export function abilityRows(): readonly AbilityRow[] {
  const all = generating.flatMap((surface) =>
    providerKinds.flatMap((kind) => (kind === 'sandbox' ? [] : [rowOf(surface, kind)])),
  );
  const alike = Map.groupBy(all, ({ kinds: _, ...rest }) => JSON.stringify(rest));
  return [...alike.values()].flatMap((rows) => {
    const [first] = rows;
    return first ? [{ ...first, kinds: rows.flatMap(({ kinds }) => kinds) }] : [];
  });
}

function rowOf(surface: SurfaceName, kind: ProviderKind): AbilityRow {
  const { surfaces } = kindFacts(kind);
  const lost = lostByEndpoint({ kind, surfaces }, { embeddings: false, needs: new Map() }).get(surface);
  return {
    surface,
    kinds: [kind],
    way: surfaces[surface] === undefined ? 'translated' : 'bytes',
    able: behaviours.map(({ needs }) => needs.every((need) => lost?.has(need) === false)),
    evidence: evidenceFor(kind),
  };
}

function evidenceFor(kind: ProviderKind): Evidence {
  if (upstreams.some((upstream) => upstream.kind === kind)) return 'aimock';
  return forms.some((form) => form.kind === kind) ? 'recorded form' : 'dialect only';
}

/** The table, as the README has it. */
export function writeAbilityTable(): string {
  const titles = ['in', 'out', 'as', ...behaviours.map(({ name }) => name), 'shown by'];
  const lines = abilityRows().map(({ surface, kinds, way, able, evidence }) => [
    surface,
    kinds.map((kind) => `\`${kind}\``).join(' '),
    way,
    ...able.map((isAble, index) => tick(isAble, evidence, behaviours[index]?.isInForms === true)),
    evidence,
  ]);
  return [titles, titles.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** In brackets what the row's evidence does not show. */
function tick(isAble: boolean, evidence: Evidence, isInForms: boolean): string {
  if (!isAble) return '–';
  return evidence === 'aimock' || (evidence === 'recorded form' && isInForms) ? '✓' : '(✓)';
}

const marks = ['<!-- what reaches whom: npm run generate -->', '<!-- end -->'] as const;

/** The README with the table between its marks. */
export function putAbilityTable(readme: string): string {
  const [begin, end] = marks;
  const [start, stop] = [readme.indexOf(begin), readme.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`the README has no ${begin} … ${end}`);
  return `${readme.slice(0, start + begin.length)}\n${writeAbilityTable()}\n${readme.slice(stop)}`;
}
