// What is found in prompts, and the rules that find it.

import type { Count } from './numbers.js';
import type { DocumentLabel, LineRange } from './figures.js';

export type CheckEvent = PromptFinding | PromptChecked | PromptRule;

/** One thing that is wrong with a prompt. */
export interface PromptFinding {
  readonly event: 'finding';
  readonly document: DocumentLabel;
  /** Of the file. */
  readonly lines: LineRange;
  /** Of a file of chat messages, the message it is in, if any of them has a text. */
  readonly message: {
    /** 1-based; 0 is a system prompt beside the messages. */
    readonly number: Count;
    readonly role: string;
    /** Of its text. */
    readonly lines: LineRange;
  } | null;
  readonly rule: string;
  readonly reason: string;
  /** What could stand there instead; words in angle brackets are for the writer to fill in. */
  readonly rewrite: string;
  /** Whether --fix can make the rewrite. */
  readonly fixable: boolean;
}

/** A prompt is checked. */
export interface PromptChecked {
  readonly event: 'prompt-checked';
  readonly document: DocumentLabel;
  readonly format: 'text' | 'messages';
  /** An estimate, by the encoding o200k_base; after the fixes. */
  readonly tokens: Count;
  /** That are there, or left after the fixes. */
  readonly findings: Count;
  /** How many of them --fix can mend. */
  readonly fixable: Count;
  readonly fixed: Count;
}

/** A rule that prompts are held against. */
export interface PromptRule {
  readonly event: 'prompt-rule';
  readonly rule: string;
  /** What it finds. */
  readonly finds: string;
  /** The families of models that it is for; empty where it is for all. */
  readonly families: readonly string[];
  /** Whether --fix can mend some of what it finds. */
  readonly fixable: boolean;
  /** @minItems 1 */
  readonly sources: readonly { readonly title: string; readonly url: string }[];
  readonly bad: string;
  readonly good: string;
}
