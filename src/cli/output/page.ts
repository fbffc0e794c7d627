import { resultColours } from './colours.ts';

const { bold, dim, cyan } = resultColours;

/** The first sentence of a page: what the code means. */
export function sentenceOf(page: string): string {
  return page.split('\n\n')[1]?.trim().replaceAll('\n', ' ') ?? '';
}

/** A page of Markdown for a terminal: headings stand out, examples are set in. */
export function renderPage(page: string): string {
  let inExample = false;
  return page
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const fence = /^```(.*)$/.exec(line);
      if (fence) {
        inExample = !inExample;
        const file = /\bfile=(\S+)/.exec(fence[1] ?? '')?.[1];
        return file ? [dim(`  # ${file}`)] : [];
      }
      if (inExample) return [line === '' ? '' : cyan(`  ${line}`)];
      return [line.replace(/^#+ (.*)$/, (_, heading: string) => bold(heading))];
    })
    .join('\n');
}

/** Codes and what they mean, one a line. */
export function renderPageList(pages: ReadonlyMap<string, string>): string {
  const width = Math.max(...[...pages.keys()].map((code) => code.length));
  return [...pages].map(([code, page]) => `${bold(code.padEnd(width))}  ${sentenceOf(page)}`).join('\n');
}
