// How the context of a model is shared out when it summarises a document passage by passage. All figures are tokens.

import { UnspoolError } from '../../errors.js';

export interface SummaryBudgets {
  /** Of the document, in one prompt. */
  readonly passage: number;
  /** Of an answer: a note, and the summary. */
  readonly note: number;
  readonly summary: number;
  /** Of the notes before a passage, in its prompt. */
  readonly running: number;
  /** Of all notes at the top. */
  readonly notes: number;
}

/** More than this, and a small model's note leaves out the middle. */
const longestPassage = 2048;
const shortestPassage = 64;
const [shortestNote, longestNote] = [32, 80];
/** What the summary is written from has to be read at once. */
const mostNotes = 1536;
/** Of a note in a list: its lines. */
const listing = 20;
/** What a chat template adds, and what may be put between reasoning and answer. */
const templateRoom = 64;
/** A word of English is 1.3 tokens with a large vocabulary, more with a small one; citations come on top. */
const [tokensPerWord, citationRoom] = [2, 64];

/** `instructions`: of the longest prompt, without text and notes. Throws an `UnspoolError` where too little is left. */
export function summaryBudgets(contextSize: number, instructions: number, words: number): SummaryBudgets {
  const room = contextSize - instructions - templateRoom;
  const note = Math.min(longestNote, Math.max(shortestNote, Math.floor(contextSize / 32)));
  const running = note + listing;
  const summary = words * tokensPerWord + citationRoom;
  const passage = Math.min(longestPassage, room - running - note);
  const notes = Math.min(mostNotes, room - Math.max(summary, note));
  if (passage >= shortestPassage && notes >= 3 * (note + listing)) return { passage, note, summary, running, notes };
  const message = `a context of ${contextSize} tokens holds too little beside instructions and a summary of ${words} words`;
  throw new UnspoolError('context-too-small', message, 'use a smaller --length, a larger --context or another model');
}
