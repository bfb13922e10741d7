// What is told of strategies of prompting that answer the same examples: each example, and how each of them did.

import type { Failure, ModelSummary } from './events.js';
import type { ConditionDifference, TaskLabel } from './pause-events.js';

export type StrategyEvent = StrategiesStart | StrategiesExample | StrategyRow | ExemplarRow | StrategiesEnd;

export interface StrategiesStart {
  readonly event: 'strategies-start';
  readonly task: TaskLabel;
  readonly model: ModelSummary;
  /** The first is what the others are compared with. */
  readonly strategies: readonly string[];
  /** `text`: a base model, which has no turns, goes on with the prompt as a text. */
  readonly asked: 'messages' | 'text';
  /** Solved examples that few-shot strategies show; null where none does. */
  readonly shots: number | null;
  /** Problems that analogical strategies ask for; null where none does. */
  readonly exemplars: number | null;
  /** Null where only the end of the task tells. */
  readonly examples: number | null;
}

/** One example under every strategy. */
export interface StrategiesExample {
  readonly event: 'strategies-example';
  readonly task: TaskLabel;
  /** 0-based, of those that were read. */
  readonly example: number;
  /** The right answer. */
  readonly expected: string;
  /** In the order of the strategies; empty where a prompt does not fit. */
  readonly results: readonly StrategyResult[];
  /** The strategy whose prompt does not fit, and why; null where all do. */
  readonly tooLong: { readonly strategy: string; readonly message: string } | null;
  /** How much of the task is done, 0 to 1; null where its size is unknown. */
  readonly done: number | null;
}

export interface StrategyResult {
  readonly strategy: string;
  readonly right: boolean;
  /** The final one; null where the reply comes to none. */
  readonly answer: string | null;
  /** All of it. */
  readonly reply: string;
  /** `length`: as many tokens as it may have. */
  readonly ended: 'stop' | 'length';
  readonly tokens: { readonly prompt: number; readonly reasoning: number; readonly answer: number };
  readonly seconds: number;
  /** Null where the strategy recalls no problems. */
  readonly exemplars: ExemplarCounts | null;
}

/** Problems that a model recalled, and what is known of them. */
export interface ExemplarCounts {
  readonly recalled: number;
  /** With both problem and solution. */
  readonly wellFormed: number;
  /** Whose words are nearly those of an earlier one. */
  readonly repeated: number;
  /** Whose words are nearly those of the question. */
  readonly restated: number;
  /** With at least one equation of numbers in the solution. */
  readonly checked: number;
  /** Of these, where all equations hold, and the answer that the solution names is the result of one of them. */
  readonly right: number;
  readonly equations: number;
  /** Equations that hold. */
  readonly holding: number;
}

/** How one strategy did over the examples of a task. */
export interface StrategyRow {
  readonly event: 'strategy-row';
  readonly task: TaskLabel;
  readonly model: string;
  readonly strategy: string;
  readonly examples: number;
  readonly right: number;
  /** Share of right answers. */
  readonly value: number;
  /** Of 95%, for itself. */
  readonly interval: readonly [from: number, to: number];
  /** Replies that come to an answer. */
  readonly answered: number;
  /** Replies that had no room to end. */
  readonly cut: number;
  /** To the first strategy; null for that one. `helps`, `hurts`: more, or fewer, right answers. */
  readonly difference: ConditionDifference | null;
  /** Means over the examples. `answerTokens`: all that was written, reasoning included. */
  readonly cost: { readonly promptTokens: number; readonly answerTokens: number; readonly seconds: number };
}

/** Sums over the replies of a strategy that recalls problems. */
export interface ExemplarRow extends ExemplarCounts {
  readonly event: 'exemplar-row';
  readonly task: TaskLabel;
  readonly strategy: string;
  readonly replies: number;
  /** Of each reply. */
  readonly asked: number;
  /** Replies with as many well-formed ones as they were asked for. */
  readonly complete: number;
  /** Of ROUGE-L: problems at least as alike say the same. */
  readonly threshold: number;
}

export interface StrategiesEnd {
  readonly event: 'strategies-end';
  readonly task: TaskLabel;
  /** Answered under all strategies. */
  readonly examples: number;
  /** Examples that were in the file of an earlier run. */
  readonly resumed: number;
  /** Lines that are no examples, left out. */
  readonly skipped: number;
  /** Examples that were left out, since a prompt did not fit. */
  readonly tooLong: number;
  /** Of this run. */
  readonly tokens: { readonly prompt: number; readonly answer: number };
  /** Why no difference between strategies could show, whatever it is; null where one could. */
  readonly limit: Limit | null;
  readonly ended: 'end' | 'interrupted' | 'failed';
  readonly error: Failure | null;
}

/** `few`: examples; `floor`: hardly any answer is right; `ceiling`: hardly any is wrong. */
export type Limit = 'few' | 'floor' | 'ceiling';
