import type { RemoteStatus, RemoteStatuses, RemoteVersion } from '../remote-policies.ts';
import { renderTable } from './table.ts';

type Shadow = NonNullable<RemoteStatus['shadow']>;
type Report = NonNullable<Shadow['report']>;
type Outcome = Report['witnesses'][number]['live'];

/** As much of a digest as names it to a reader, and to `rollback`. */
const short = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);

const because = (message: string | null): string => (message === null ? '' : `: ${message}`);

/** How the policies of a gateway stand, one after the other. */
export function renderStatus({ policies, source }: Pick<RemoteStatuses, 'policies' | 'source'>): string {
  return policies.map((status) => renderOne(status, source, policies.length > 1)).join('\n\n');
}

function renderOne(status: RemoteStatus, source: string, isOneOfSeveral: boolean): string {
  const { name, digest, origin, by, message, at, policy, problem, shadow } = status;
  const rows: (readonly [title: string, text: string])[] = [
    ['policy', isOneOfSeveral ? `${name}  (${policy})` : name],
    ['live', digest],
    ['from', `${origin} by ${by}, ${at}${because(message)}`],
    ['file', fileText(status)],
    ['store', storeText(status)],
    ['truth', `after a restart: the ${source}`],
    ...(problem === null ? [] : [['problem', problem] as const]),
    ...(shadow === null ? [] : shadowRows(shadow)),
  ];
  return rows.map(([title, text]) => `${title.padEnd(8)} ${text}`).join('\n');
}

function fileText({ file, digest }: RemoteStatus): string {
  if (!('digest' in file)) return `cannot be served: ${String(file['problem'])}`;
  return file.digest === digest ? 'the same' : `another one, ${short(String(file.digest))}`;
}

function storeText({ store, digest, differ }: RemoteStatus): string {
  if (store === null) return 'nothing was pushed';
  const said = store.digest === digest ? 'the same' : `another one, ${short(store.digest)}`;
  return `${said} (${store.origin} by ${store.by}, ${store.at}${because(store.message)})${differ ? '; file and store differ' : ''}`;
}

function shadowRows({ digest, share, by, at, message, problem, report }: Shadow): (readonly [string, string])[] {
  const head = ['shadow', `${short(digest)} on ${share} of requests, by ${by}, ${at}${because(message)}`] as const;
  if (report === null) return [head, ['', problem ?? '']];
  const kinds = Object.entries(report.byKind).filter(([, count]) => count > 0);
  const counts = kinds.map(([kind, count]) => `${kind} ${count}`).join(', ');
  const failed = report.failed === 0 ? '' : `; ${report.failed} could not be compared (${report.failure})`;
  return [
    head,
    ['', `${report.compared} compared, ${report.differing} differ${counts === '' ? '' : ` (${counts})`}${failed}`],
    ...report.witnesses.map(({ count, differs, live, shadow, requestId }) => {
      const ways = `${renderOutcome(live)} → ${renderOutcome(shadow)}`;
      return ['', `${count} × ${differs.join(', ')}: ${ways}  (request ${requestId})`] as const;
    }),
  ];
}

function renderOutcome({ route, models, reject }: Outcome): string {
  return `${route ?? 'no route'} [${reject ?? models.join(', ')}]`;
}

const headings = ['digest', 'policy', 'origin', 'by', 'at', 'message'] as const;

/** A table, newest first; `*` marks what is in force. */
export function renderHistory(versions: readonly RemoteVersion[]): string {
  if (versions.length === 0) return 'there is no history yet';
  const cells = versions.map(({ digest, name, origin, by, at, message, live }) => [
    `${live ? '* ' : '  '}${short(digest)}`,
    name,
    origin,
    by,
    at,
    message ?? '',
  ]);
  return renderTable([headings.map((heading, index) => (index === 0 ? `  ${heading}` : heading)), ...cells]);
}
