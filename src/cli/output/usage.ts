import type { UsageView } from '../../gateway/read-usage.ts';

const columns = ['requests', 'inputTokens', 'outputTokens', 'cachedTokens', 'cost', 'saved'] as const;
const titles: Readonly<Record<(typeof columns)[number], string>> = {
  requests: 'requests',
  inputTokens: 'input',
  outputTokens: 'output',
  cachedTokens: 'cached',
  cost: 'cost',
  saved: 'saved',
};

/** What a row is called that lacks the dimension. */
const nameOf = (row: UsageView['rows'][number], by: string): string => String(row[by] || '(none)');

export function usageTable({ currency, since, until, total, rows }: UsageView, by: string | null): string {
  const cells = (sums: UsageView['total']) => columns.map((column) => String(sums[column]));
  const lines = [
    [by ?? '', ...columns.map((column) => titles[column])],
    ...(by === null ? [] : rows.map((row) => [nameOf(row, by), ...cells(row)])),
    ['total', ...cells(total)],
  ];
  const widths = lines[0]?.map((_, place) => Math.max(...lines.map((line) => line[place]?.length ?? 0))) ?? [];
  const written = lines.map((line) =>
    line
      .map((cell, place) => (place === 0 ? cell.padEnd(widths[place] ?? 0) : cell.padStart(widths[place] ?? 0)))
      .join('  '),
  );
  return [`${since} to ${until}, cost in ${currency}`, '', ...written].join('\n');
}

export function usageCsv({ total, rows }: UsageView, by: string | null): string {
  const head = [...(by === null ? [] : [by]), ...columns];
  const body =
    by === null
      ? [columns.map((column) => total[column])]
      : rows.map((row) => [row[by], ...columns.map((column) => row[column])]);
  return [head, ...body].map((line) => line.map(csvCell).join(',')).join('\n');
}

/** RFC 4180, and nothing that a spreadsheet would take for a formula. */
function csvCell(value: unknown): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
