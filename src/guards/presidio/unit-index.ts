/** From the number of a code point to its place in UTF-16 units. */
export function createUnitIndex(text: string): (codePoint: number) => number {
  // Where each pair of surrogates begins, counted in code points: behind it units are one ahead more.
  const pairs: number[] = [];
  for (let unit = 0, point = 0; unit < text.length; unit++, point++) {
    if ((text.codePointAt(unit) ?? 0) <= 0xffff) continue;
    pairs.push(point);
    unit++;
  }
  return (codePoint) => {
    let [low, high] = [0, pairs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[middle] ?? 0) < codePoint) low = middle + 1;
      else high = middle;
    }
    return codePoint + low;
  };
}
