// A point in a document that a later run can go on from, and the way back to it.

import { UnspoolError } from '../../errors.js';
import { sourceBytes, type TextChunk } from '../document.js';
import { lineFeeds } from './lines.js';
import { documentStart, type Position } from './token-stream.js';

/** Goes on with the checksum of bytes in front of these. */
export type Checksum = (bytes: Uint8Array, before: number) => number;

/** A token, and the position after it. */
export interface NextToken {
  readonly token: number;
  readonly position: Position;
}

/** Text becomes the same tokens again only where it is cut in the same places: a point lies within a stretch. */
export interface ResumePoint {
  /** UTF-8 bytes of clean text before the stretch that is tokenised as one. */
  readonly stretch: number;
  /** Tokens of the stretch in front of the point. */
  readonly tokens: number;
  /** What follows, and is scored already; undefined at the start of a document. */
  readonly next: NextToken | undefined;
  /** Of all text up to the end of `next`. */
  readonly checksum: number;
}

export const initialResumePoint: ResumePoint = { stretch: 0, tokens: 0, next: undefined, checksum: 0 };

/** A document's text from the stretch of a resume point on. */
export interface ResumedText {
  readonly chunks: AsyncIterable<TextChunk>;
  /** Where they begin. */
  readonly position: Position;
  /** Of the text in front of them. */
  readonly checksum: number;
}

/** Only what follows from the text: what was removed counts where a chunk begins, and chunks may be cut otherwise. */
export function isSameToken(a: NextToken, b: NextToken): boolean {
  const keys = ['bytes', 'lines', 'textBytes'] as const;
  return a.token === b.token && keys.every((key) => a.position[key] === b.position[key]);
}

/**
 * Reads a document again up to a resume point. Undefined where it ends before. Throws an `UnspoolError` where the text up to
 * there is another. Holds the text from the stretch to the point.
 */
export async function resumeText(
  name: string,
  chunks: AsyncIterable<TextChunk>,
  point: ResumePoint,
  checksum: Checksum,
): Promise<ResumedText | undefined> {
  const source = chunks[Symbol.asyncIterator]();
  const to = point.next?.position.textBytes ?? 0;
  const held: TextChunk[] = [];
  let position = documentStart;
  let read = 0;
  /** Of the text in front of the stretch, and up to the point. */
  let [before, sum] = [0, 0];
  while (read < to) {
    const next = await source.next();
    if (next.done === true) return undefined;
    const chunk = next.value;
    const text = Buffer.from(chunk.text);
    const gone = Math.max(0, Math.min(text.length, point.stretch - read));
    before = checksum(text.subarray(0, gone), before);
    sum = checksum(text.subarray(gone, to - read), held.length === 0 ? before : sum);
    if (held.length > 0 || (gone === 0 && text.length > 0)) held.push(chunk);
    else if (gone === text.length) position = positionAfter(chunk, position);
    else {
      const parts = cutChunk(chunk, text.toString('utf8', 0, gone));
      position = positionAfter(parts[0], position);
      held.push(parts[1]);
    }
    read += text.length;
  }
  if (sum !== point.checksum) {
    await source.return?.();
    throw otherTextError(name, point);
  }
  async function* rest(): AsyncGenerator<TextChunk> {
    try {
      yield* held;
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    } finally {
      await source.return?.();
    }
  }
  return { chunks: rest(), position, checksum: before };
}

/** The position after a chunk. */
function positionAfter(
  { text, line, endByte, invalidBytes, controlCharacters }: TextChunk,
  before: Position,
): Position {
  return {
    bytes: endByte,
    lines: text === '' ? before.lines : line + lineFeeds(text) - (text.endsWith('\n') ? 1 : 0),
    textBytes: before.textBytes + Buffer.byteLength(text),
    invalidBytes: before.invalidBytes + invalidBytes,
    controlCharacters: before.controlCharacters + controlCharacters,
  };
}

/** What was removed of the source counts for the first part, which is the beginning of the chunk's text. */
function cutChunk(chunk: TextChunk, first: string): [TextChunk, TextChunk] {
  const byte = chunk.byte + sourceBytes(first, chunk.encoding);
  const second = { text: chunk.text.slice(first.length), byte, line: chunk.line + lineFeeds(first) };
  return [
    { ...chunk, text: first, endByte: byte },
    { ...chunk, ...second, invalidBytes: 0, controlCharacters: 0 },
  ];
}

export function otherTextError(name: string, { next }: ResumePoint): UnspoolError {
  const message = `${name}: its first ${next?.position.lines ?? 0} lines are not those that the bookmark was made from`;
  const hint = 'give the same document, --from-line with a line before the change, or --bookmark another file';
  return new UnspoolError('other-text', message, hint);
}
