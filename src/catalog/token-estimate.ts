const bytesPerToken = 4;

/** The length in UTF-8 of a text. Character by character, as every request's text goes through here. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(at + 1))) {
      bytes += 4;
      at++;
    } else bytes += 3;
  }
  return bytes;
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/**
 * About how many tokens a text has: one for four bytes of UTF-8, rounded up. English prose is close to that, code and
 * other scripts have more tokens. It is cheap, needs no vocabulary and is the same everywhere.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(utf8Length(text) / bytesPerToken);
}
