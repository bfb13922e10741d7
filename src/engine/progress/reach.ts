// How far a document is read, of all that will be read of it.

import type { Document } from '../document.js';
import type { Position } from '../tokens/token-stream.js';

/** What a run reads of a document. */
export interface Extent {
  readonly document: Document;
  /** Document tokens to read at most. */
  readonly limitTokens?: number | undefined;
  /** Where the document ends early by the user's wish, in source bytes: known so that the time left can be told. */
  readonly limitBytes?: number | undefined;
  /** The last line to read. */
  readonly limitLine?: number | undefined;
}

/** The share that is read, 0 to 1: of the tokens where they are limited, else of the bytes. 0 while it cannot be told. */
export function shareRead({ document, limitTokens, limitBytes }: Extent, { bytes }: Position, tokens: number): number {
  const share = Math.max(
    // What was read ahead does not count, unless decompression hides how much that is.
    Math.min(document.progress.bytes, bytes) / sizeOnDisk(document),
    tokens / (limitTokens ?? Infinity),
    bytes / (limitBytes ?? Infinity),
  );
  return Math.min(1, share);
}

/** Infinite where it is unknown. */
export function sizeOnDisk({ progress: { totalBytes = 0 } }: Document): number {
  return totalBytes === 0 ? Infinity : totalBytes;
}

/** As events tell it. `share`: of the bytes; 0 while it cannot be told. */
export function reached(
  { bytes }: Position,
  share: number,
): { readonly bytes: number; readonly size: number | null; readonly done: number | null } {
  return share > 0 ? { bytes, size: bytes / share, done: share } : { bytes, size: null, done: null };
}
