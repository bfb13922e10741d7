// What a run tells someone who looks on, beside what its task asks for.

import type { RunEvent, TokenRange } from '../events/events.js';
import type { Observer } from '../observer.js';
import type { Position } from '../tokens/token-stream.js';
import type { TokensInView } from '../view.js';

export interface Watch extends Required<Pick<Observer, 'begin' | 'observe'>> {
  /** Takes the last token of an earlier run, and its number in the document. */
  resume(token: number, end: Position, number: number): void;
  /** Takes what is in view after a block. */
  show(view: TokensInView): Iterable<RunEvent>;
  /** Takes the document tokens that leave the window. */
  forget(tokens: TokenRange): Iterable<RunEvent>;
  /** The document is read. */
  finish(): Iterable<RunEvent>;
}

/** Several as one. */
export function watchTogether(watches: readonly Watch[]): Watch {
  const all = (call: (watch: Watch) => Iterable<RunEvent>): Iterable<RunEvent> =>
    watches.flatMap((watch) => [...call(watch)]);
  return {
    begin(token, end) {
      for (const watch of watches) watch.begin(token, end);
    },
    resume(token, end, number) {
      for (const watch of watches) watch.resume(token, end, number);
    },
    observe: (scores, ends, tokens) => all((watch) => watch.observe(scores, ends, tokens)),
    show: (view) => all((watch) => watch.show(view)),
    forget: (tokens) => all((watch) => watch.forget(tokens)),
    finish: () => all((watch) => watch.finish()),
  };
}
