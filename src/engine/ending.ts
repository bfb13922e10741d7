// How a document ended, where that is not at its end.

import type { DocumentEnd } from './events.js';
import type { TokenReader } from './token-reader.js';

/** A document is cut back to a whole code point: 3 bytes at most. */
const longestCut = 3;

/** `full`: a dense cache stopped it. */
export function endingOf(
  { signal, limitBytes = Infinity }: { readonly signal: AbortSignal; readonly limitBytes?: number | undefined },
  reader: Pick<TokenReader, 'limited' | 'position'>,
  { failed, full = false }: { readonly failed: boolean; readonly full?: boolean },
): DocumentEnd['ended'] {
  if (failed) return 'failed';
  if (full) return 'full';
  if (signal.aborted) return 'interrupted';
  return reader.limited || reader.position.bytes >= limitBytes - longestCut ? 'limit' : 'end';
}
