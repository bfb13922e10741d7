// What is told of strategies of prompting that answer the same examples: each example, and how each of them did.

import type { Amount, Count, PositiveCount, Share } from './numbers.js';
import type { ConditionDifference, TaskLabel } from './pause-events.js';
import type { ReplyTokens } from './prompt-events.js';
import type { Failure, ModelSummary } from './run-events.js';

export type StrategyEvent = StrategiesStart | StrategiesExample | StrategyRow | ExemplarRow | StrategiesEnd;

/** A task begins, which several strategies of prompting answer. */
export interface StrategiesStart {
  readonly event: 'strategies-start';
  readonly task: TaskLabel;
  readonly model: ModelSummary;
  /**
   * The first is what the others are compared with.
   * @minItems 2
   */
  readonly strategies: readonly string[];
  /** `text`: a base model, which has no turns, goes on with the prompt as a text. */
  readonly asked: 'messages' | 'text';
  /** Solved examples that few-shot strategies show; null where none does. */
  readonly shots: PositiveCount | null;
  /** Problems that analogical strategies ask for; null where none does. */
  readonly exemplars: PositiveCount | null;
  /** Null where only the end of the task tells. */
  readonly examples: Count | null;
}

/** One example under every strategy. */
export interface StrategiesExample {
  readonly event: 'strategies-example';
  readonly task: TaskLabel;
  /** 0-based, of those that were read. */
  readonly example: Count;
  /** The right answer. */
  readonly expected: string;
  /** In the order of the strategies; empty where a prompt does not fit. */
  readonly results: readonly StrategyResult[];
  /** The strategy whose prompt does not fit, and why; null where all do. */
  readonly tooLong: { readonly strategy: string; readonly message: string } | null;
  /** How much of the task is done, 0 to 1; null where its size is unknown. */
  readonly done: Share | null;
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
  readonly tokens: ReplyTokens;
  readonly seconds: Amount;
  /** Null where the strategy recalls no problems. */
  readonly exemplars: ExemplarCounts | null;
}

/** Problems that a model recalled, and what is known of them. */
export interface ExemplarCounts {
  readonly recalled: Count;
  /** With both problem and solution. */
  readonly wellFormed: Count;
  /** Whose words are nearly those of an earlier one of the same reply. */
  readonly repeated: Count;
  /** Whose words are nearly those of the question. */
  readonly restated: Count;
  /** With at least one equation of numbers in the solution. */
  readonly checked: Count;
  /** Of these, where all equations hold, and the answer that the solution names is the result of one of them. */
  readonly right: Count;
  readonly equations: Count;
  /** Equations that hold. */
  readonly holding: Count;
}

/** How one strategy did over the examples of a task. */
export interface StrategyRow {
  readonly event: 'strategy-row';
  readonly task: TaskLabel;
  readonly model: string;
  readonly strategy: string;
  readonly examples: Count;
  readonly right: Count;
  /** Share of right answers. */
  readonly value: Share;
  /** Of 95%, for itself. */
  readonly interval: readonly [from: Share, to: Share];
  /** Replies that come to an answer. */
  readonly answered: Count;
  /** Replies that had no room to end. */
  readonly cut: Count;
  /** To the first strategy, on the same examples; null for that one. */
  readonly difference: ConditionDifference | null;
  /** Means over the examples. */
  readonly cost: {
    readonly promptTokens: Amount;
    /** Of all that was written, reasoning included. */
    readonly answerTokens: Amount;
    readonly seconds: Amount;
  };
}

/** How good the problems are that a strategy had the model recall: sums over its replies. */
export interface ExemplarRow extends ExemplarCounts {
  readonly event: 'exemplar-row';
  readonly task: TaskLabel;
  readonly strategy: string;
  readonly replies: Count;
  /** Problems, of each reply. */
  readonly asked: Count;
  /** Replies with as many well-formed ones as they were asked for. */
  readonly complete: Count;
  /** Of ROUGE-L: problems at least as alike say the same. */
  readonly threshold: Share;
}

/** A task that several strategies answered is over. */
export interface StrategiesEnd {
  readonly event: 'strategies-end';
  readonly task: TaskLabel;
  /** Answered under all strategies. */
  readonly examples: Count;
  /** Examples that were in the file of an earlier run. */
  readonly resumed: Count;
  /** Lines that are no examples, left out. */
  readonly skipped: Count;
  /** Examples that were left out, since a prompt did not fit. */
  readonly tooLong: Count;
  /** Of this run. */
  readonly tokens: { readonly prompt: Count; readonly answer: Count };
  /** Why no difference between strategies could show, whatever it is; null where one could. */
  readonly limit: ComparisonLimit | null;
  readonly ended: 'end' | 'interrupted' | 'failed';
  /** What failed. */
  readonly error: Failure | null;
}

/** `few`: examples; `floor`: hardly any answer is right; `ceiling`: hardly any is wrong. */
export type ComparisonLimit = 'few' | 'floor' | 'ceiling';
