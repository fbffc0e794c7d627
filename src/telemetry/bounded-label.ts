/** Tells so many texts apart; every further one is `other`. */
export function boundedLabel(most: number): (text: string) => string {
  const known = new Set<string>();
  return (text) => {
    if (known.has(text)) return text;
    if (known.size >= most) return 'other';
    known.add(text);
    return text;
  };
}
