// What a model has answered in an earlier run, asked for again with the very same questions.

import type { ChatMessage } from '../../engine/models/chat.js';
import type { LineRange } from '../../engine/events/events.js';

export interface SummaryQuestion {
  readonly for: 'note' | 'merge' | 'summary';
  /** Of the document, what it is about. */
  readonly lines: LineRange;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
}

/** The answers about one document. */
export interface KeptAnswers {
  /** Undefined where it was never asked. Throws an `UnspoolError` where something else was asked in its place. */
  find(question: SummaryQuestion): string | undefined;
  /** Keeps an answer that is whole. */
  add(question: SummaryQuestion, answer: string): void;
}

/** Without a file, nothing is kept. */
export const noAnswers: KeptAnswers = { find: () => undefined, add: () => undefined };
