const bytesPerToken = 4;

/** The length in UTF-8 of one code point. */
function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/**
 * About how many tokens a text has: one for four bytes of UTF-8, rounded up. English prose is close to that, code and
 * other scripts have more tokens. It is cheap, needs no vocabulary and is the same everywhere.
 */
export function estimateTokens(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Length(character.codePointAt(0) ?? 0);
  return Math.ceil(bytes / bytesPerToken);
}
