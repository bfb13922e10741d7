// Marks around text of documents in a prompt: the text cannot pretend to be over.

import { createHash } from 'node:crypto';

/** A code that does not stand in the text. */
export function markCodeFor(text: string): string {
  let code = text;
  do code = createHash('sha256').update(code).digest('hex').slice(0, 8);
  while (text.includes(code));
  return code;
}

export function betweenMarks(title: string, text: string, code = markCodeFor(text)): string {
  return `--- ${code}: ${title}\n${text.trimEnd()}\n--- ${code}: end`;
}
