// Copies of parts of a text, for what is kept of it.

/** A slice of a text keeps all of it alive, however long it is; a copy does not. */
export function copyOf(slice: string): string {
  return Buffer.from(slice).toString();
}
