// What a format decides: how the parts of a prompt are told from each other, and from the text of documents.

/** A stretch of a document in a prompt, or lines of it that are left out. 1-based and inclusive. */
export type DocumentPiece =
  | { readonly kind: 'text'; readonly text: string; readonly lines: readonly [number, number] }
  | { readonly kind: 'left-out'; readonly lines: readonly [number, number] };

export interface PromptDocument {
  readonly name: string;
  /** All of it, or what of it there is room for, in its order. */
  readonly content:
    | { readonly kind: 'whole'; readonly text: string }
    | { readonly kind: 'pieces'; readonly pieces: readonly DocumentPiece[] };
}

/** A question with its answer, to learn from. */
export interface SolvedExample {
  readonly question: string;
  readonly reasoning: string | undefined;
  readonly answer: string;
}

export type SectionName = 'Task' | 'Instructions' | 'Question' | 'Reminder' | 'Pause';

/** All texts are data: none of them can end the part that it is in. */
export interface Format {
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

export function linesNamed([from, to]: readonly [number, number]): string {
  return from === to ? `line ${from}` : `lines ${from}-${to}`;
}

/** Without its last line break: the delimiter that follows brings one. */
export function withoutLastBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
