// What can be asked.

/** Whether a text has a word to look for. */
export function isQuestion(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
