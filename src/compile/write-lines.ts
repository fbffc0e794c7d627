/** An object as JSON to be read and compared: a line for each key, and for each element of a list that it holds. */
export function writeLines(object: object): string {
  const lines = Object.entries(object).map(([key, value]) => `  ${JSON.stringify(key)}: ${writeValue(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function writeValue(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return JSON.stringify(value);
  return `[\n${value.map((element) => `    ${JSON.stringify(element)}`).join(',\n')}\n  ]`;
}
