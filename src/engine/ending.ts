// How a document ended: why, where its tokens went, and the event that says so.

import type { UnspoolError } from '../errors.js';
import type { Account, DocumentEnd, DocumentLabel, Perplexity, TokenAccount } from './events/events.js';
import type { SkippedText } from './observer.js';
import type { Extent } from './progress/document-progress.js';
import type { TokenReader } from './tokens/token-reader.js';
import type { Position } from './tokens/token-stream.js';

/** A document is cut back to a whole code point: 3 bytes at most. */
const longestCut = 3;

interface Limits extends Pick<Extent, 'limitBytes' | 'limitLine'> {
  readonly signal: AbortSignal;
}

/** `full`: a dense cache stopped it. */
export function endingOf(
  { signal, limitBytes = Infinity, limitLine = Infinity }: Limits,
  reader: Pick<TokenReader, 'limited' | 'position'>,
  { failed, full = false }: { readonly failed: boolean; readonly full?: boolean },
): DocumentEnd['ended'] {
  if (failed) return 'failed';
  if (full) return 'full';
  if (signal.aborted) return 'interrupted';
  const { bytes, lines } = reader.position;
  return reader.limited || bytes >= limitBytes - longestCut || lines >= limitLine ? 'limit' : 'end';
}

/** Of a document up to a position. `skipped`: what was read but not decoded. */
export function accountAt(position: Position, tokens: TokenAccount, skipped?: SkippedText): Account {
  return {
    bytes: position.bytes,
    lines: position.lines,
    skippedLines: skipped?.lines ?? 0,
    skippedBytes: skipped?.bytes ?? 0,
    invalidBytes: position.invalidBytes,
    controlCharacters: position.controlCharacters,
    tokens,
  };
}

export function documentEnd(
  document: DocumentLabel,
  account: Account,
  perplexity: Perplexity | null,
  ended: DocumentEnd['ended'],
  failure: UnspoolError | undefined,
): DocumentEnd {
  return { event: 'document-end', document, account, perplexity, ended, error: failure?.toFailure() ?? null };
}
