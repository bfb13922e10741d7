// The lines of streamed text.

import { sourceBytes, type TextChunk } from '../document.js';

export function lineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The chunks up to the end of a line (1-based). */
export async function* upToLine(chunks: AsyncIterable<TextChunk>, last: number): AsyncGenerator<TextChunk> {
  for await (const chunk of chunks) {
    const length = lengthUpTo(chunk, last);
    if (length === undefined) {
      yield chunk;
      continue;
    }
    const text = chunk.text.slice(0, length);
    const isWhole = length === chunk.text.length;
    const endByte = isWhole ? chunk.endByte : chunk.byte + sourceBytes(text, chunk.encoding);
    if (text !== '') yield { ...chunk, text, endByte };
    return;
  }
}

/** Code units of a chunk up to the end of a line; undefined where it does not end there. */
function lengthUpTo({ text, line }: TextChunk, last: number): number | undefined {
  let end = 0;
  for (let at = line; at <= last; at += 1) {
    end = text.indexOf('\n', end) + 1;
    if (end === 0) return undefined;
  }
  return end;
}
