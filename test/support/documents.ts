// Documents from strings, cut into chunks where a test wants them cut.

import type { Document, TextChunk } from '../../src/engine/document.js';

/** A document whose chunks are `pieces`. */
export function documentOf(...pieces: string[]): Document {
  return {
    name: 'test.txt',
    progress: { bytes: 0, totalBytes: undefined },
    chunks: () => chunksOf(pieces),
  };
}

/** `pieces` as consecutive chunks of a UTF-8 source. */
export async function* chunksOf(pieces: readonly string[]): AsyncGenerator<TextChunk> {
  let byte = 0;
  let line = 1;
  for (const text of pieces) {
    const endByte = byte + Buffer.byteLength(text);
    yield { text, encoding: 'utf-8', byte, endByte, line, invalidBytes: 0, controlCharacters: 0 };
    await Promise.resolve();
    byte = endByte;
    line += text.split('\n').length - 1;
  }
}

/** Cuts `text` at `places` (fractions of its length), never inside a code point. */
export function cutAt(text: string, places: readonly number[]): string[] {
  const points = Array.from(text);
  const cuts = [...new Set(places.map((place) => Math.floor(place * points.length)))].sort((a, b) => a - b);
  return [0, ...cuts]
    .map((from, index) => points.slice(from, cuts[index] ?? points.length).join(''))
    .filter((piece) => piece !== '');
}
