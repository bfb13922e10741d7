// What is kept of a document that is read part by part: notes, and a summary of them.

import type { ByteRange, DocumentLabel, LineRange, TokenRange } from './figures.js';

export type SummaryEvent = PassageStart | NoteTaken | Summary;

/** The model is given the next passage. */
export interface PassageStart {
  readonly event: 'passage-start';
  readonly document: DocumentLabel;
  /** From 0. */
  readonly index: number;
  readonly tokens: number;
  readonly lines: LineRange;
}

/**
 * A note of a passage, or of what left the window, or one that takes the place of neighbours. A model writes it; where a
 * cache rolls, it is a passage of the text itself.
 */
export interface NoteTaken {
  readonly event: 'note';
  readonly document: DocumentLabel;
  /** In the order in which notes are taken, from 0. */
  readonly id: number;
  /** 0 for a note of a passage. */
  readonly level: number;
  readonly text: string;
  readonly lines: LineRange;
  readonly bytes: ByteRange;
  /** Ids of the notes that it takes the place of. */
  readonly children: readonly number[];
  /** What it stands for; this and what follows, of what left the window. */
  readonly tokens?: TokenRange;
  /** The words that tell it from the rest, the weightiest first. */
  readonly terms?: readonly string[];
  /** Null where nothing of it was scored. */
  readonly natsPerToken?: number | null;
}

export interface Summary {
  readonly event: 'summary';
  readonly document: DocumentLabel;
  /** Citations in it are `[name:first-last]`. The notes so far where it is not written. */
  readonly text: string;
  readonly kind: 'summary' | 'notes';
  /** What it tells of. */
  readonly lines: LineRange;
  /** `mapped`: to the lines of the note that holds what was cited; `removed`: no note stands for it. */
  readonly citations: { readonly kept: number; readonly mapped: number; readonly removed: number };
}
