/** One of the words, or of these regular expressions, on its own and in any case. */
export const words = (...list: readonly string[]): RegExp =>
  new RegExp(`(?<![\\p{L}])(?:${list.join('|')})(?![\\p{L}])`, 'iu');
