// unspool stream --digest: the most telling passages of each document.

import { digestObserver, type DigestObserverState } from '../../../memory/observers/digest-observer.js';
import { Reading, type Kind } from '../../../memory/reading.js';
import type { RollingTask } from '../rolling.js';

export interface DigestRequest {
  /** Passages; undefined for as many as suit the length. */
  readonly top: number | undefined;
  /** Undefined: decided from the text. */
  readonly as: Kind | undefined;
  /** Decode every line of a log. */
  readonly all: boolean;
}

export function digestTask({ top, as, all }: DigestRequest): RollingTask {
  return {
    readingIdentity: { task: 'digest', as: as ?? null, all },
    prepare(document, { label }, state) {
      const known = state as DigestObserverState | undefined;
      const reading = new Reading(document, { as, all, byLine: false, miner: undefined, known: known?.reading });
      return { document: reading.document, observer: digestObserver(reading, label, top, known) };
    },
  };
}
