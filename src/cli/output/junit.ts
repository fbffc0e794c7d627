import { type PolicyResults, placeOf } from './test-results.ts';

/** Test results as JUnit XML, the form that CI systems read. */
export function renderJunit(all: readonly PolicyResults[]): string {
  const suites = all.map(({ file, results }) => {
    const failed = results.filter(({ failures }) => failures.length > 0).length;
    const cases = results.map(({ test, failures }) => {
      const head = `    <testcase name="${escaped(test.title)}" classname="${escaped(file)}"`;
      if (failures.length === 0) return `${head}/>`;
      const bodies = failures.map(
        ({ span, expected, actual }) =>
          `      <failure message="${escaped(`expected ${expected}, was ${actual}`)}">${escaped(placeOf(span))}</failure>`,
      );
      return [`${head}>`, ...bodies, '    </testcase>'].join('\n');
    });
    const suite = `  <testsuite name="${escaped(file)}" tests="${results.length}" failures="${failed}">`;
    return [suite, ...cases, '  </testsuite>'].join('\n');
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>'].join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters, which XML cannot hold, become spaces. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what XML 1.0 forbids
  return text.replace(/[\u0000-\u001f]/g, ' ').replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
