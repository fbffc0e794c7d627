/** Bytes of UTF-8. A longer text, or as much in many, is inspected on another thread, as the serving one has others to serve. */
export const longestOnThread = 64_000;

export function isLong(text: string): boolean {
  return (
    text.length > longestOnThread || (text.length * 3 > longestOnThread && Buffer.byteLength(text) > longestOnThread)
  );
}
