/** What OpenAI counts for an image in low detail. */
const lowDetail = 85;
/**
 * For any other image: a little more than 1,445 (OpenAI's tiles of the largest image that it does not scale down) and Anthropic's 1,568.
 * How large an image is, is not looked at.
 */
const largeImage = 1600;

export function imageTokens(detail: unknown): number {
  return detail === 'low' ? lowDetail : largeImage;
}

/** Google counts 32 tokens for a second, OpenAI fewer; a second of WAV has 32 kB at 16 kHz, of compressed sound 8 kB. */
const wavBytesPerToken = 1000;
const soundBytesPerToken = 250;

export function audioTokens(data: unknown, format: unknown): number {
  return Math.ceil(bytesOf(data) / (format === 'wav' ? wavBytesPerToken : soundBytesPerToken));
}

/** A page has up to 3,000 tokens, and hardly less than 50 kB. */
const pageTokens = 3000;
const pageBytes = 50_000;

/** Of a file that is only named, nothing is known: it counts as a page. */
export function fileTokens(data: unknown): number {
  return Math.max(1, Math.ceil(bytesOf(data) / pageBytes)) * pageTokens;
}

/** Of base64, which has four characters for three bytes. */
function bytesOf(data: unknown): number {
  return typeof data === 'string' ? (data.length / 4) * 3 : 0;
}
