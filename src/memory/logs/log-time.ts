// Times of a log, as people and programs read them.

/**
 * As ISO 8601 without a zone: the log's own clock. `time`: in milliseconds since 1970. A log without years is taken for one
 * of 1970, and the year left out.
 */
export function timeText(time: number): string {
  const text = new Date(time).toISOString().slice(0, 19);
  return text.startsWith('1970-') ? text.slice(5) : text;
}
