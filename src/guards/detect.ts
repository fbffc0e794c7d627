import type { Detector, Finding, Place, Surroundings } from './guard.ts';
import { viewJson } from './json-view.ts';

/** Findings that lie in the text, whatever a detector elsewhere has answered. */
function inside(findings: readonly Finding[], length: number): readonly Finding[] {
  return findings.flatMap((finding) => {
    const [start, end] = [Math.max(0, finding.start), Math.min(length, finding.end)];
    return start < end ? [{ ...finding, start, end }] : [];
  });
}

/** What a detector finds in a text; in a JSON text, by the places of its view. */
export async function detect(
  detector: Detector,
  text: string,
  place: Place,
  surroundings: Surroundings,
): Promise<readonly Finding[]> {
  if (detector.skipsLabels === true && place.role === 'label') return [];
  const read = place.form === 'json' ? viewJson(text).text : text;
  return inside(await detector.inspect(read, place, surroundings), read.length);
}
