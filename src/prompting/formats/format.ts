// What a format decides: how the parts of a prompt are told from each other, and from the text of documents.

import type { LineRange } from '../../engine/events/events.js';

/** A stretch of a document in a prompt, with its lines, 1-based and inclusive; or the place of one that is left out. */
export type DocumentExcerpt = { readonly kind: 'text'; readonly text: string; readonly lines: LineRange } | LeftOut;

/** Text that is left out: after a line, before a line, or both; parts of these lines may be missing too. */
export interface LeftOut {
  readonly kind: 'left-out';
  /** Null at the start of the document. */
  readonly after: number | null;
  /** Null at its end. */
  readonly before: number | null;
}

export interface PromptDocument {
  readonly name: string;
  /** All of it, or what of it there is room for, in its order. */
  readonly content:
    | { readonly kind: 'whole'; readonly text: string }
    | { readonly kind: 'excerpts'; readonly excerpts: readonly DocumentExcerpt[] };
}

/** A question with its answer, to learn from. */
export interface SolvedExample {
  readonly question: string;
  readonly reasoning: string | undefined;
  readonly answer: string;
}

export type SectionName = 'Task' | 'Instructions' | 'Question' | 'Reminder' | 'Pause';

/** All texts are data: none of them can end the part that it is in. */
export interface PromptWriter {
  section(name: SectionName, text: string): string;
  documents(documents: readonly PromptDocument[]): string;
  examples(examples: readonly SolvedExample[]): string;
  /** What the labels of an answer's parts are. */
  readonly labels: 'headings' | 'tags' | 'labels';
  /** The label of a part of the answer, as an instruction names it. */
  label(name: string): string;
  /** An answer under its labels, or alone where it has no reasoning. */
  solution(example: SolvedExample): string;
}

/** A name of a document on one line. */
export function nameOnLine(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

export function linesNamed([from, to]: LineRange): string {
  return from === to ? `line ${from}` : `lines ${from}-${to}`;
}

export function leftOutNamed({ after, before }: LeftOut): string {
  if (after === null) return before === null ? 'all of it left out' : `text left out before line ${before}`;
  return before === null
    ? `text left out after line ${after}`
    : `text left out between line ${after} and line ${before}`;
}

/** Without its last line break: the delimiter that follows brings one. */
export function withoutLastBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
