// What is told of a prompt: what it is made of, and what a model replies to it.

import type { DocumentLabel } from './figures.js';

export type PromptEvent = PromptBuilt | Reply;

/** A finished prompt. */
export interface PromptBuilt {
  readonly event: 'prompt';
  readonly strategy: string;
  /** Of models, that it is written for. */
  readonly family: string;
  readonly format: string;
  /** As it is printed. */
  readonly text: string;
  /** The same as turns of a conversation. */
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
  readonly tokens: PromptTokens;
  /** Solved examples in it. */
  readonly examples: number;
  readonly documents: readonly PromptedDocument[];
  /** How the passages were chosen; null where all text is there. */
  readonly recalled: PromptRecall | null;
}

/** Passages that a prompt shows of documents that do not fit. */
export interface PromptRecall {
  /** That hold words of the question. */
  readonly byQuestion: number;
  /** The most telling ones, where the question finds too little. */
  readonly byDigest: number;
  /** Spans of text that there are to choose from. */
  readonly of: number;
  /** Words of the question that none of them holds. */
  readonly unknownWords: readonly string[];
}

export interface PromptTokens {
  readonly total: number;
  /** At most. */
  readonly budget: number;
  /** Whose tokens these are: an encoding's, or a model's. */
  readonly tokenizer: string;
  /** False where the model that it is for has tokens of its own, which nobody told. */
  readonly exact: boolean;
  /** In order. */
  readonly parts: readonly { readonly part: string; readonly tokens: number }[];
}

/** What a prompt shows of a document. */
export interface PromptedDocument {
  readonly document: DocumentLabel;
  readonly lines: number;
  /** Passages in it: 1 where all of it is there. */
  readonly passages: number;
  /** Where text is left out, in order: after and before these lines; null at the start and at the end. */
  readonly leftOut: readonly { readonly after: number | null; readonly before: number | null }[];
}

/** What a model replies to a prompt. */
export interface Reply {
  readonly event: 'reply';
  /** All of it. */
  readonly text: string;
  /** Empty where there is none. */
  readonly tutorial: string;
  /** Problems that the model recalled, and how it solved them. */
  readonly exemplars: readonly { readonly problem: string; readonly solution: string }[];
  /** Empty where there is none. */
  readonly reasoning: string;
  /** Null where the reply does not come to one. */
  readonly answer: string | null;
  readonly ended: 'stop' | 'length' | 'interrupted';
  readonly tokens: { readonly prompt: number; readonly reasoning: number; readonly answer: number };
}
