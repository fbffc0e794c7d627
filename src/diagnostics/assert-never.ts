/** A case that the types rule out. Reaching it is a bug of ours, not something that an author wrote. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
