// What a run tells someone who looks on, beside what its task asks for.

import type { RunEvent } from './events.js';
import type { Observer } from './observer.js';
import type { Position } from './token-stream.js';
import type { TokensInView } from './view.js';

export interface Watch extends Required<Pick<Observer, 'begin' | 'observe'>> {
  /** Takes the last token of an earlier run. */
  resume(token: number, end: Position): void;
  /** Takes what is in view after a block. */
  show(view: TokensInView): Iterable<RunEvent>;
}
