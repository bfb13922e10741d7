// What is kept of a document that is read part by part: notes, and a summary of them.

import type { Count } from './numbers.js';
import type { ByteRange, DocumentLabel, LinesBegun, TokenRange } from './figures.js';

export type SummaryEvent = PassageStart | NoteTaken | Summary;

/** The model is given the next passage of a document that it summarises. */
export interface PassageStart {
  readonly event: 'passage-start';
  readonly document: DocumentLabel;
  /** From 0. */
  readonly index: Count;
  readonly tokens: Count;
  readonly lines: LinesBegun;
}

/**
 * A note of a passage, or of what left the window, or one that takes the place of neighbours. A model writes it; where a
 * cache rolls, it is a passage of the text itself.
 */
export interface NoteTaken {
  readonly event: 'note';
  readonly document: DocumentLabel;
  /** In the order in which notes are taken, from 0. */
  readonly id: Count;
  /** 0 for a note of a passage; else one above the highest of its children. */
  readonly level: Count;
  readonly text: string;
  readonly lines: LinesBegun;
  readonly bytes: ByteRange;
  /** Ids of the notes that it takes the place of. */
  readonly children: readonly Count[];
  /** What it stands for; this and what follows, of what left the window. */
  readonly tokens?: TokenRange;
  /** The words that tell it from the rest, the weightiest first. */
  readonly terms?: readonly string[];
  /** Null where nothing of it was scored. */
  readonly natsPerToken?: number | null;
}

/** What the model makes of a document; the notes so far where it is interrupted or fails. */
export interface Summary {
  readonly event: 'summary';
  readonly document: DocumentLabel;
  /** Citations in it are `[name:first-last]`. */
  readonly text: string;
  readonly kind: 'summary' | 'notes';
  /** What it tells of. */
  readonly lines: LinesBegun;
  readonly citations: {
    readonly kept: Count;
    /** Widened to the lines of the note that holds what was cited. */
    readonly mapped: Count;
    /** Of lines that no note stands for. */
    readonly removed: Count;
  };
}
