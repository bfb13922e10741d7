// What a task makes of the scores of a document while they are computed.

import type { UnspoolError } from '../errors.js';
import type { RunEvent } from './events/events.js';
import type { Position } from './tokens/token-stream.js';
import type { View } from './view.js';

/** Lines, and their source bytes, that were read but not decoded. */
export interface SkippedText {
  readonly lines: number;
  readonly bytes: number;
}

export interface Observer {
  /** What was left out up to a position, which is never before an earlier one. Undefined where nothing ever is. */
  skippedTo(position: Position): SkippedText | undefined;
  /** Whether lines are taken for records of a log; undefined where it makes no difference. */
  readonly readAs: 'log' | 'prose' | undefined;
  /**
   * How many times as much the model will have read at the end as by now, when `share` (0 to 1) of the document has
   * been read. Undefined where every line is decoded.
   */
  growth(share: number): number | undefined;
  /** Takes a document's first token, where nothing is in front of it to score it by. */
  begin?(token: number, end: Position): void;
  /**
   * Takes the scores of consecutive tokens, in nats, each with the position after its token, and the tokens; says what
   * was found.
   */
  observe(scores: Float32Array, ends: readonly Position[], tokens: Int32Array): Iterable<RunEvent>;
  /** What the scores so far leave behind, as plain data of bounded size. Absent where nobody goes on from it. */
  state?(): unknown;
  /** Says what can be said while the document waits for more. */
  pause(): Iterable<RunEvent>;
  /** Says what is known at the end. `view`: what the cache holds then. `failure`: why the document was not read to it. */
  finish(view: View, failure?: UnspoolError): Iterable<RunEvent> | AsyncIterable<RunEvent>;
}

/** An observer of a document of which every line is decoded. */
export function wholeObserver(own: Pick<Observer, 'observe' | 'finish'> & Partial<Observer>): Observer {
  return { skippedTo: () => undefined, readAs: undefined, growth: () => undefined, pause: () => [], ...own };
}
