// How far a run of the loop is, block by block.

import type { BlockScored, DocumentLabel, Resumed } from '../events/events.js';
import type { Observer } from '../observer.js';
import { reached, shareRead, sizeOnDisk, type Extent } from './reach.js';
import type { Position } from '../tokens/token-stream.js';
import type { Workload } from './workload.js';

interface Progressing extends Extent {
  readonly observer?: Observer | undefined;
}

/** How far the document is read, and how much of the work on it is behind us. */
export function progressOf(
  request: Progressing,
  position: Position,
  read: number,
  workload: Workload,
): Pick<BlockScored, 'bytes' | 'size' | 'done'> {
  const { document, observer, limitBytes = Infinity } = request;
  const { bytes } = document.progress;
  const share = shareRead(request, position, read);
  // Where lines are left out, reading is work of its own, and decoding slows down.
  const readAhead = Math.max(share, Math.min(1, bytes / Math.min(sizeOnDisk(document), limitBytes)));
  workload.reach(bytes, read);
  const progress = reached(position, share);
  const growth = observer?.growth(readAhead);
  return growth === undefined || share === 0 ? progress : { ...progress, done: workload.share(readAhead, growth) };
}

/** Where an earlier run had come to. */
export function goesOn(
  request: Progressing & { readonly label: DocumentLabel },
  position: Position,
  tokens: number,
): Resumed {
  const share = shareRead(request, position, tokens);
  const progress = reached(position, share);
  // Where lines are left out, the work is no share of the bytes.
  const done = request.observer?.growth(share) === undefined ? progress.done : null;
  return { event: 'resumed', document: request.label, line: position.lines, tokens, ...progress, done };
}
