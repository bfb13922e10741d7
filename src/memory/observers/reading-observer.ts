// What all observers of a reading share.

import type { Observer } from '../../engine/observer.js';
import type { Reading } from '../reading.js';

type ReadingCallbacks = Pick<Observer, 'observe' | 'finish'> & Partial<Pick<Observer, 'pause' | 'state'>>;

/** An observer of a reading's document. Without `pause`, it has nothing to say before the end. */
export function observerOf(reading: Reading, { observe, finish, pause = () => [], state }: ReadingCallbacks): Observer {
  return {
    skippedTo: (position) => reading.skippedTo(position),
    get readAs() {
      return reading.kind;
    },
    growth: (share) => reading.growth(share),
    observe,
    pause,
    finish,
    ...(state !== undefined && { state }),
  };
}
