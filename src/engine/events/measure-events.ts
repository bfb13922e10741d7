// What is measured of a text: policies compared, context, attention, plans, counts.

import type { DocumentCounts } from '../counting/overview.js';
import type { Amount, Count, PositiveCount } from './numbers.js';
import type { DocumentLabel, RollingPerplexity, TokenRange } from './figures.js';
import type { DocumentEnding, Failure } from './run-events.js';

export type MeasureEvent = ComparisonRow | HorizonRow | AttentionHead | PlanRow | Overview;

/** How one policy did on a document, beside the first one. */
export interface ComparisonRow {
  readonly event: 'comparison-row';
  readonly document: DocumentLabel;
  readonly perplexity: RollingPerplexity;
  readonly ended: DocumentEnding;
  /** Forgotten tokens. */
  readonly evicted: Count;
  readonly tokensPerSecond: number;
  readonly peakMemoryBytes: Count;
  /**
   * Mean surprise over runs of tokens, in order: the curve of perplexity by position.
   * @maxItems 128
   */
  readonly curve: readonly CurvePoint[];
  /** Null for the first policy, and where too little text was scored under both. */
  readonly difference: PairedDifference | null;
}

export interface CurvePoint {
  /** Document tokens that the point covers. */
  readonly tokens: TokenRange;
  readonly natsPerToken: number;
}

/** This policy's nats per token minus the first one's, over the batches that both scored. */
export interface PairedDifference {
  readonly natsPerToken: number;
  readonly standardError: number;
  readonly batches: Count;
  /** Two-sided, Student's t, Holm-adjusted over the differences of this document. */
  readonly pValue: number;
  readonly verdict: 'better' | 'worse' | 'no evidence';
}

/** How surprising tokens are with so much context in front of them. */
export interface HorizonRow {
  readonly event: 'horizon-row';
  readonly document: DocumentLabel;
  /** Tokens in front of the scored one, half-open. */
  readonly context: TokenRange;
  readonly natsPerToken: number;
  /** Over chunks; null under 20. */
  readonly standardError: number | null;
  /** Nats per token that this range of contexts saves beside the one before; null in the first row. */
  readonly gain: { readonly natsPerToken: number; readonly standardError: number | null } | null;
  /** Complete chunks that the figures are means of. */
  readonly chunks: Count;
}

/** Where one attention head looks: shares of its attention, mean over the query tokens measured. They add up to 1. */
export interface AttentionHead {
  readonly event: 'attention-head';
  readonly document: DocumentLabel;
  /** 0-based. */
  readonly layer: Count;
  /** 0-based. */
  readonly head: Count;
  /** On the first tokens. */
  readonly sinks: number;
  readonly middle: number;
  /** On the most recent tokens, the query itself included. */
  readonly recent: number;
  /** On learned sinks, which stand for no token; null where the model has none. */
  readonly learnedSink: number | null;
}

/** What one way to read a document would take: an estimate. Its time is a lower bound, all hosts at their peak. */
export interface PlanRow {
  readonly event: 'plan-row';
  readonly document: DocumentLabel;
  /** All but `rolling`, which is what unspool does, are dense attention: every token sees all before it. */
  readonly approach: 'one-host' | 'layer-split' | 'ring' | 'zigzag-ring' | 'rolling';
  readonly hosts: PositiveCount;
  /** What each host is. */
  readonly device: {
    /** Null for one that was given in numbers. */
    readonly name: string | null;
    readonly flopsPerSecond: Amount;
    /** To a neighbour, one way. */
    readonly bytesPerSecond: Amount;
    readonly memoryBytes: Amount;
  };
  /** The document's, and the beginning token if the model adds one. */
  readonly tokens: Count;
  /** Of the tokens, how many are out of view at the end. */
  readonly forgotten: Count;
  /** In bytes, of the host that needs most. */
  readonly memory: {
    readonly weights: Amount;
    /** Keys and values, in F16. */
    readonly cache: Amount;
    /** Blocks on their way through a ring. */
    readonly activations: Amount;
    readonly total: Amount;
  };
  readonly fits: boolean;
  /** Of all hosts together. */
  readonly flops: Amount;
  readonly seconds: Amount;
  /** All hosts are held until the last has finished. */
  readonly hostSeconds: Amount;
  readonly ring: RingFigures | null;
  /** Of `rolling`; null elsewhere. */
  readonly policy: string | null;
  /** Of those that fit and forget nothing, whether it takes the fewest seconds of hosts. */
  readonly cheapest: boolean;
}

/** Liu et al. 2023, "Ring Attention with Blockwise Transformers for Near-Infinite Context", section 3. */
export interface RingFigures {
  /** On each host. */
  readonly blockTokens: Count;
  /** From which on transfers hide behind work: FLOPS / bandwidth. */
  readonly leastBlockTokens: Count;
  /** On each host, as the paper asks for: six such blocks. */
  readonly leastSequenceTokens: Count;
  /** @minimum 2 */
  readonly rounds: Count;
  /** Attention of the busiest host over the mean, for which the others wait. */
  readonly imbalance: Amount;
  readonly communicationHidden: boolean;
}

/** What a document is, in numbers. */
export interface Overview extends DocumentCounts {
  readonly event: 'overview';
  readonly document: DocumentLabel;
  /** Counted to its end, or only what was read before an interruption or a failure. */
  readonly ended: 'end' | 'interrupted' | 'failed';
  /** What failed. */
  readonly error: Failure | null;
}
