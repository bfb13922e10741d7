// How far a document is read, of all that will be read of it.

import type { Document } from '../document.js';
import type { BlockScored, DocumentLabel, Resumed } from '../events/events.js';
import type { Observer } from '../observer.js';
import type { Position } from '../tokens/token-stream.js';
import type { Workload } from './workload.js';

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
function sizeOnDisk({ progress: { totalBytes = 0 } }: Document): number {
  return totalBytes === 0 ? Infinity : totalBytes;
}

/** As events tell it. `share`: of the bytes; 0 while it cannot be told. */
export function progressFigures(
  { bytes }: Position,
  share: number,
): { readonly bytes: number; readonly size: number | null; readonly done: number | null } {
  return share > 0 ? { bytes, size: bytes / share, done: share } : { bytes, size: null, done: null };
}

interface ObservedExtent extends Extent {
  readonly observer?: Observer | undefined;
}

/** How far the document is read, and how much of the work on it is behind us. */
export function progressOf(
  request: ObservedExtent,
  position: Position,
  read: number,
  workload: Workload,
): Pick<BlockScored, 'bytes' | 'size' | 'done'> {
  const { document, observer, limitBytes = Infinity } = request;
  const { bytes } = document.progress;
  const share = shareRead(request, position, read);
  // Where lines are left out, reading is work of its own, and decoding slows down.
  const readAhead = Math.max(share, Math.min(1, bytes / Math.min(sizeOnDisk(document), limitBytes)));
  workload.advance(bytes, read);
  const progress = progressFigures(position, share);
  const growth = observer?.growth(readAhead);
  return growth === undefined || share === 0 ? progress : { ...progress, done: workload.share(readAhead, growth) };
}

/** Where an earlier run had come to. */
export function resumedEvent(
  request: ObservedExtent & { readonly label: DocumentLabel },
  position: Position,
  tokens: number,
): Resumed {
  const share = shareRead(request, position, tokens);
  const progress = progressFigures(position, share);
  // Where lines are left out, the work is no share of the bytes.
  const done = request.observer?.growth(share) === undefined ? progress.done : null;
  return { event: 'resumed', document: request.label, line: position.lines, tokens, ...progress, done };
}
