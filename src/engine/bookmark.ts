// What a run keeps so that a later one can go on from there, and how it goes on.

import { UnspoolError } from '../errors.js';
import type { Policy } from './policy.js';
import type { TextChunk } from './document.js';
import {
  otherTextError,
  initialResumePoint,
  resumeText,
  type Checksum,
  type NextToken,
  type ResumePoint,
} from './tokens/resume-point.js';
import { upToLine } from './tokens/lines.js';
import type { Extent } from './progress/document-progress.js';
import { SurpriseTally, type TallyState } from './surprise.js';
import { TokenReader } from './tokens/token-reader.js';
import { tokenRuns, type Position } from './tokens/token-stream.js';
import type { Vocabulary } from './backend.js';
import { View, type ViewState } from './view.js';

/** All that a run knows between two blocks, beside the cache: plain data of a size that the text does not change. */
export interface RunState {
  readonly place: ResumePoint;
  readonly view: ViewState;
  readonly tally: TallyState;
  /** Of the observer, which alone knows what it is; undefined without one. */
  readonly observer: unknown;
}

/** Where states of a run are kept. */
export interface Bookmark {
  /** What to go on from; undefined for the start of the document. */
  readonly start: RunState | undefined;
  readonly checksum: Checksum;
  /** Whether a state should be kept again. */
  isDue(): boolean;
  /** Keeps a state, and the cache as it is now. */
  keep(state: RunState): Promise<void>;
  /** Puts the cache back that belongs to `start`. */
  loadCache(): Promise<void>;
}

/** What a run of a document begins with. */
export interface Beginning {
  readonly reader: TokenReader;
  readonly view: View;
  readonly tally: SurpriseTally;
  /** The last token that an earlier run scored; undefined at the start of the document. */
  readonly scored: NextToken | undefined;
}

export interface BeginningRequest extends Extent {
  readonly vocabulary: Vocabulary;
  readonly policy: Policy;
  readonly bookmark: Bookmark | undefined;
  readonly signal: AbortSignal;
}

/**
 * Goes to where a run begins, with the cache of then. Throws an `UnspoolError` where a bookmark is of another text, or
 * lies behind the end of what is read.
 */
export async function beginAt(request: BeginningRequest): Promise<Beginning> {
  const { document, vocabulary, policy, bookmark, limitTokens = Infinity, signal } = request;
  const hasBeginning = vocabulary.beginning !== undefined;
  const fresh = new View(policy, hasBeginning);
  if (bookmark?.start?.place.next === undefined) {
    const sums = bookmark && { checksum: bookmark.checksum, before: 0 };
    const reader = new TokenReader(tokenRuns(chunksOf(request), vocabulary), limitTokens, sums);
    return { reader, view: fresh, tally: new SurpriseTally(fresh.capacity), scored: undefined };
  }
  const { place, view: viewed, tally: summed } = bookmark.start;
  const { next } = bookmark.start.place;
  const view = View.from(policy, hasBeginning, viewed);
  const tally = SurpriseTally.from(view.capacity, summed);
  if (limitTokens <= view.read) throw endsBefore(document.name, next.position);
  await bookmark.loadCache();
  const text = await resumeText(document.name, chunksOf(request), place, bookmark.checksum);
  const { chunks = nothing, position = next.position, checksum: before = 0 } = text ?? {};
  const limit = limitTokens - view.read + place.tokens;
  const sums = { checksum: bookmark.checksum, before };
  const reader = new TokenReader(tokenRuns(chunks, vocabulary, position), limit, sums);
  if (text === undefined || !(await reader.resumeAt(place))) {
    if (!signal.aborted) {
      await reader.close();
      throw text === undefined ? endsBefore(document.name, next.position) : otherTextError(document.name, place);
    }
    // Interrupted on the way: what is known is told.
    reader.put(next);
  }
  return { reader, view, tally, scored: next };
}

function chunksOf({ document, limitLine }: Extent): AsyncIterable<TextChunk> {
  return limitLine === undefined ? document.chunks() : upToLine(document.chunks(), limitLine);
}

const nothing: AsyncIterable<TextChunk> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/** The state of a run between two blocks, once all that was decoded is scored. */
export function stateOf({ reader, view, tally }: Omit<Beginning, 'scored'>, observer: unknown): RunState {
  const place = view.opened ? reader.resumePoint : initialResumePoint;
  return { place, view: view.state(), tally: tally.state(), observer };
}

function endsBefore(name: string, { lines }: Position): UnspoolError {
  const message = `${name}: ends before line ${lines}, up to which the bookmark goes`;
  return new UnspoolError(
    'other-text',
    message,
    'give the whole document, a larger --limit, or --bookmark another file',
  );
}
