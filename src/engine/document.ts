// What the engine asks of a document: clean text, and where in the source each piece of it came from.

/**
 * A piece of clean text whose offsets map back to the source without a table: within a chunk, source offsets advance
 * with the text's own bytes (`utf-8`), or by one or two for each UTF-16 code unit (`single-byte`, `double-byte`). Wherever cleaning changed
 * something, a new chunk starts. Chunks are at most 64 KiB, follow each other in order, and never cut a code point.
 */
export interface TextChunk {
  /**
   * Clean text: valid Unicode without control characters, except tab and line feed. Empty only at a pause and in a last
   * chunk. A line feed without a byte of its own ends the open line of a followed file that another has replaced.
   */
  readonly text: string;
  readonly encoding: 'utf-8' | 'single-byte' | 'double-byte';
  /** Offset in source bytes (after decompression) of the text's first character. */
  readonly byte: number;
  /** Offset in source bytes just after the text: more than its own bytes where CRLF became a line feed. */
  readonly endByte: number;
  /** 1-based number of the source line on which the text starts. */
  readonly line: number;
  /** Source bytes that were no valid text and became U+FFFD in this chunk. */
  readonly invalidBytes: number;
  /** Control characters and characters of terminal escape sequences removed just before this chunk. */
  readonly controlCharacters: number;
  /** Nothing more for now: the source is silent, but not over. The text is empty. Only where a document is followed. */
  readonly pause?: true;
}

/** Source bytes of the first part of a chunk's text. */
export function sourceBytes(text: string, encoding: TextChunk['encoding']): number {
  if (encoding === 'utf-8') return Buffer.byteLength(text);
  return encoding === 'double-byte' ? text.length * 2 : text.length;
}

/**
 * How far a document has been read: on disk or from the pipe, before decompression; where its text is taken out of it, in
 * bytes of text. `totalBytes`: where it is known, of such text an estimate.
 */
export interface ReadProgress {
  readonly bytes: number;
  readonly totalBytes: number | undefined;
}

/** One input, readable once. */
export interface Document {
  /** As the user named it; `<stdin>` for standard input. */
  readonly name: string;
  readonly progress: ReadProgress;
  /**
   * Of a file that can be read again, and whose bytes are the document's own: neither compressed, nor in an encoding that
   * was named. Undefined for others, and before the first chunk.
   */
  readonly path?: string | undefined;
  /**
   * Title of the chapter that a line (1-based) is in, of the lines that came so far: null before the first chapter,
   * undefined where the kind of document has none.
   */
  chapterAt?(line: number): string | null | undefined;
  /** The text in order. Throws an `UnspoolError` when the source cannot be read or is no text. */
  chunks(): AsyncIterable<TextChunk>;
}
