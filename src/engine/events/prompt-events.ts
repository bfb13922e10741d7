// What is told of a prompt: what it is made of, and what a model replies to it.

import type { Count, PositiveCount } from './numbers.js';
import type { DocumentLabel } from './figures.js';

export type PromptEvent = PromptBuilt | Reply;

/** `messages`: turns of a conversation, their texts as the family likes them. */
export type PromptFormat = 'markdown' | 'xml' | 'plain' | 'messages';

/** The parts of a prompt. `reminder`: the instructions once more, in a sentence. */
export type PromptSlot = 'task' | 'instructions' | 'examples' | 'documents' | 'question' | 'reminder' | 'pause';

/** A finished prompt. */
export interface PromptBuilt {
  readonly event: 'prompt';
  readonly strategy: string;
  /** Of models, that it is written for. */
  readonly family: string;
  readonly format: PromptFormat;
  /** As it is printed. */
  readonly text: string;
  /**
   * The same as turns of a conversation.
   * @minItems 1
   */
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
  readonly tokens: PromptTokens;
  /** Solved examples in it. */
  readonly examples: Count;
  readonly documents: readonly PromptedDocument[];
  /** How the passages were chosen; null where all text is there. */
  readonly recalled: PromptRecall | null;
}

/** Passages that a prompt shows of documents that do not fit. */
export interface PromptRecall {
  /** That hold words of the question. */
  readonly byQuestion: Count;
  /** The most telling ones, where the question finds too little. */
  readonly byDigest: Count;
  /** Spans of text that there are to choose from. */
  readonly of: Count;
  /** Words of the question that none of them holds. */
  readonly unknownWords: readonly string[];
}

export interface PromptTokens {
  readonly total: PositiveCount;
  /** At most. */
  readonly budget: PositiveCount;
  /** Whose tokens these are: an encoding's, or a model's. */
  readonly tokenizer: string;
  /** False where the model that it is for has tokens of its own, which nobody told. */
  readonly exact: boolean;
  /** In order. */
  readonly parts: readonly { readonly part: PromptSlot; readonly tokens: Count }[];
}

/** What a prompt shows of a document. */
export interface PromptedDocument {
  readonly document: DocumentLabel;
  readonly lines: Count;
  /** Passages in it: 1 where all of it is there. */
  readonly passages: Count;
  /** Where text is left out, in order. */
  readonly leftOut: readonly {
    /** A line; null at the start. */
    readonly after: PositiveCount | null;
    /** A line; null at the end. */
    readonly before: PositiveCount | null;
  }[];
}

export interface ReplyTokens {
  readonly prompt: Count;
  /** Of a reasoning model, apart from the reply. */
  readonly reasoning: Count;
  /** Of the reply. */
  readonly answer: Count;
}

/** What a model replies to a prompt. */
export interface Reply {
  readonly event: 'reply';
  /** All of it. */
  readonly text: string;
  /** Empty where there is none. */
  readonly tutorial: string;
  /** Problems that the model recalled, and how it solved them. */
  readonly exemplars: readonly {
    readonly problem: string;
    /** Empty where there is none. */
    readonly solution: string;
  }[];
  /** Empty where there is none. */
  readonly reasoning: string;
  /** The final one; null where the reply does not come to one. */
  readonly answer: string | null;
  readonly ended: 'stop' | 'length' | 'interrupted';
  readonly tokens: ReplyTokens;
}
