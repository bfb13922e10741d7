// unspool stream --digest: the most telling passages of each document, or what is found in a log.

import { LogDigest } from '../../../memory/logs/log-digest.js';
import type { Signal } from '../../../engine/events/log-signals.js';
import { TemplateMiner } from '../../../memory/logs/templates.js';
import { digestObserver, type DigestObserverState } from '../../../memory/observers/digest-observer.js';
import { Reading, type Kind } from '../../../memory/reading.js';
import type { RollingTask } from '../rolling.js';

export interface DigestRequest {
  /** Passages; undefined for as many as suit the document. */
  readonly top: number | undefined;
  /** Undefined: decided from the text. */
  readonly as: Kind | undefined;
  /** Decode every line of a log. */
  readonly all: boolean;
  /** What ranks the findings of a log; undefined for all signals. */
  readonly signals: readonly Signal[] | undefined;
}

export function digestTask({ top, as, all, signals }: DigestRequest): RollingTask {
  return {
    readingIdentity: { task: 'digest', as: as ?? null, all },
    prepare(document, { label }, state) {
      const known = state as DigestObserverState | undefined;
      const miner = new TemplateMiner({ countsValues: true });
      const watch = new LogDigest(miner, known?.log);
      const reading = new Reading(document, { as, all, byLine: false, miner, watch, known: known?.reading });
      const choice = { document: label, top, signals };
      return { document: reading.document, observer: digestObserver(reading, watch, choice, known) };
    },
  };
}
