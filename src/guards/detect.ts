import type { Detector, Finding, Place, PlacedText, Surroundings } from './guard.ts';
import { viewJson } from './json-view.ts';

/** Findings that lie in the text, whatever a detector elsewhere has answered. */
function inside(findings: readonly Finding[], length: number): readonly Finding[] {
  return findings.flatMap((finding) => {
    const [start, end] = [Math.max(0, finding.start), Math.min(length, finding.end)];
    return start < end ? [{ ...finding, start, end }] : [];
  });
}

/** As a detector reads it. */
const read = (text: string, { form }: Place): string => (form === 'json' ? viewJson(text).text : text);

/** What a detector finds in a text; in a JSON text, by the places of its view. */
export async function detect(
  detector: Detector,
  text: string,
  place: Place,
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  if (detector.skipsLabels === true && place.role === 'label') return [];
  const seen = read(text, place);
  return inside(await detector.inspect(seen, place, surroundings), seen.length);
}

/** The same of several texts, for detectors that take several. Nobody is asked about nothing. */
export async function detectTogether(
  { together }: Detector,
  texts: readonly PlacedText[],
  surroundings: Surroundings,
): Promise<readonly (readonly Finding[])[]> {
  const seen = texts.map(({ text, place }) => ({ text: read(text, place), place }));
  const asked = seen.filter(({ text }) => text !== '');
  const answered = asked.length > 0 && together ? await together.inspect(asked, surroundings) : [];
  if (answered.length !== asked.length) throw new Error('a detector did not answer for each text');
  const findings = new Map(asked.map((text, index) => [text, answered[index] ?? []]));
  return seen.map((text) => inside(findings.get(text) ?? [], text.text.length));
}
