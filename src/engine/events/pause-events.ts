// What is measured of pauses: a task begins, each example's results, how a condition did, whether a control holds.

import type { Amount, Count, PositiveCount, Share } from './numbers.js';
import type { Failure, ModelSummary } from './run-events.js';

export type PauseEvent = TaskStart | ExampleResult | Condition | TaskEnd | ControlResult;

/** Which task an event belongs to. */
export interface TaskLabel {
  /** 0-based, in the order of running. */
  readonly index: Count;
  /** As given on the command line; `<stdin>` for standard input. */
  readonly name: string;
}

/** Where the pauses go: after the prompt, in front of it, or before the text at its end that asks for the answer. */
export type PausePlacement = 'append' | 'prepend' | 'before-answer';

/** Whether the model is asked to think in words before it answers; pauses come before that. */
export type Thinking = 'none' | 'aloud';

/** `accuracy`: the share of right answers; `log-probability`: of the reference, in nats, the mean over examples. */
export type Metric = 'accuracy' | 'log-probability';

/** Examples are evaluated with and without pauses from here on. */
export interface TaskStart {
  readonly event: 'task-start';
  readonly task: TaskLabel;
  readonly model: ModelSummary;
  readonly metric: Metric;
  readonly pause: PauseText;
  /** Null where only the end of the task tells. */
  readonly examples: PositiveCount | null;
}

export interface PauseText {
  readonly text: string;
  /** What one pause is for the model. */
  readonly tokens: readonly Count[];
}

/** One example under every condition. */
export interface ExampleResult {
  readonly event: 'example';
  readonly task: TaskLabel;
  /** 0-based, of those evaluated. */
  readonly example: Count;
  /** Evaluated once for all conditions. */
  readonly prefixTokens: Count;
  /** Whether its prompt was longer than the context, and streamed with sinks. */
  readonly streamed: boolean;
  readonly results: readonly ConditionResult[];
  /** How much of the task is done, 0 to 1; null where its size is unknown. */
  readonly done: Share | null;
}

export interface ConditionResult {
  readonly place: PausePlacement;
  readonly thinking: Thinking;
  readonly pauses: Count;
  /** 1 or 0 for right or wrong, or the log-probability of the reference. */
  readonly score: number;
  /** What the model chose or wrote; null where it scored a reference. */
  readonly answer: string | null;
  /** Of each choice, or of the reference, in nats; empty where text was written. */
  readonly logProbabilities: readonly number[];
  /** Evaluated beside the prefix. */
  readonly tokens: Count;
  readonly seconds: Amount;
}

/** How one condition did over the examples of a task. */
export interface Condition {
  readonly event: 'condition';
  readonly task: TaskLabel;
  readonly model: string;
  readonly place: PausePlacement;
  readonly thinking: Thinking;
  readonly pauses: Count;
  readonly metric: Metric;
  readonly examples: Count;
  readonly value: number;
  /** Of 95%, for itself; null where there are too few examples. */
  readonly interval: readonly [from: number, to: number] | null;
  /** To the condition of the same task, place and thinking without pauses; null for that one, and of too few examples. */
  readonly difference: ConditionDifference | null;
  readonly cost: ConditionCost;
}

export interface ConditionDifference {
  readonly value: number;
  readonly interval: readonly [from: number, to: number];
  /** Bonferroni's: all intervals of the run hold together with 95%. */
  readonly level: Share;
  /** Two-sided, McNemar's exact or by bootstrap, Holm-adjusted over the run. */
  readonly pValue: Share;
  /** Of strategies, by right answers: `helps`, more of them. */
  readonly verdict: 'helps' | 'hurts' | 'no evidence';
  /** The smallest difference found with a chance of 80%, given how examples differ; null where there is none. */
  readonly detectable: number | null;
  /** Examples that are better with pauses, or right under this strategy only. */
  readonly better: Count;
  /** Examples that are better without, or right under the first strategy only. */
  readonly worse: Count;
}

/** Means over the examples: beside the prefix, which is evaluated once for all. */
export interface ConditionCost {
  readonly tokens: Amount;
  readonly seconds: Amount;
  /**
   * More than without pauses.
   * @asType number
   */
  readonly extraTokens: number;
  /**
   * More than without pauses.
   * @asType number
   */
  readonly extraSeconds: number;
}

/** A task is over. */
export interface TaskEnd {
  readonly event: 'task-end';
  readonly task: TaskLabel;
  readonly examples: Count;
  /** Examples that were in the file of an earlier run. */
  readonly resumed: Count;
  /** Lines that are no examples, left out. */
  readonly skipped: Count;
  /** Examples longer than the context, streamed with sinks. */
  readonly streamed: Count;
  /** Evaluated in this run. */
  readonly tokens: Count;
  readonly ended: 'end' | 'interrupted' | 'failed';
  /** What failed. */
  readonly error: Failure | null;
}

/** Whether a task whose outcome is known came out so. */
export interface ControlResult {
  readonly event: 'control';
  readonly task: TaskLabel;
  readonly model: string;
  readonly expected: 'helps' | 'no help';
  readonly holds: boolean;
}
