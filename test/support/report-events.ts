// Events as `analyze` makes them, with figures of a plausible size: for tests of reports.

import type {
  Account,
  AttentionHead,
  ComparisonRow,
  DocumentEnd,
  DocumentLabel,
  HorizonRow,
  PairedDifference,
  PlanRow,
  RollingPerplexity,
  RunEnd,
  RunEvent,
  RunStart,
  ScoredPiece,
  ScoredText,
  SurprisingLine,
} from '../../src/engine/events/events.js';

/** Repeatable numbers from 0 up to 1: mulberry32. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const novel: DocumentLabel = { index: 0, name: 'books/novel.txt' };

export const account: Account = {
  bytes: 412_345,
  lines: 8_211,
  skippedLines: 0,
  skippedBytes: 0,
  invalidBytes: 0,
  controlCharacters: 0,
  tokens: { read: 131_072, scored: 131_072, evicted: 127_000, inView: 4_072, skipped: 0 },
};

export const runStart: RunStart = {
  event: 'run-start',
  version: '0.1.0',
  command: 'analyze',
  model: {
    path: '/models/base.gguf',
    name: 'unspool base',
    parameters: 1_600_000,
    contextSize: 512,
    vocabulary: 4_096,
  },
  policy: { kind: 'sinks', sinks: 4, window: 508, block: 64 },
  chunk: null,
  documents: 1,
};

export const runEnd: RunEnd = {
  event: 'run-end',
  status: 'done',
  error: null,
  seconds: 83.4,
  peakMemoryBytes: 181_000_000,
  documents: 1,
  account,
  perplexity: null,
};

export function rolling(policy: string, natsPerToken: number): RollingPerplexity {
  const value = Math.exp(natsPerToken);
  return {
    protocol: 'rolling',
    policy,
    value,
    standardError: value * 0.0153,
    natsPerToken,
    bitsPerByte: natsPerToken / Math.LN2 / 3.146,
    tokens: 131_072,
    batches: 256,
    batchTokens: 512,
  };
}

export function documentEnd(fields: Partial<DocumentEnd> = {}): DocumentEnd {
  return { event: 'document-end', document: novel, account, perplexity: null, ended: 'end', error: null, ...fields };
}

/** Four policies on one text: nearly the same, the last one worse. */
export function comparison(document = novel): ComparisonRow[] {
  const shapes: [policy: string, shift: number, difference: PairedDifference | null][] = [
    ['sinks:4+508/64', 0, null],
    ['recompute:512/64', -0.0041, paired(-0.0041, 0.0012, 0.0014, 'better')],
    ['window:512/64', 0.0006, paired(0.0006, 0.0009, 0.52, 'no evidence')],
    ['window:128/16', 0.0911, paired(0.0911, 0.0048, 1e-12, 'worse')],
  ];
  return shapes.map(([policy, shift, difference], index) => {
    const [text, own] = [random(7), random(100 + index)];
    return {
      event: 'comparison-row',
      document,
      perplexity: rolling(policy, 3.8955 + shift),
      ended: 'end',
      evicted: 130_560,
      tokensPerSecond: 18_400.5 / (1 + index),
      peakMemoryBytes: 181_000_000 + index * 1_000_000,
      curve: Array.from({ length: 128 }, (_, point) => ({
        tokens: [point * 1024, (point + 1) * 1024],
        natsPerToken: 3.9 + shift + 0.35 * (text() + text() - 1) + 0.4 * Math.exp(-point / 3) + 0.02 * own(),
      })),
      difference,
    };
  });
}

function paired(
  natsPerToken: number,
  standardError: number,
  pValue: number,
  verdict: PairedDifference['verdict'],
): PairedDifference {
  return { natsPerToken, standardError, batches: 256, pValue, verdict };
}

/** Nine ranges of contexts that double, with less and less to gain. */
export function horizon(document = novel): HorizonRow[] {
  const nats = [4.61, 4.12, 3.98, 3.905, 3.861, 3.842, 3.836, 3.838];
  return nats.map((natsPerToken, index) => ({
    event: 'horizon-row',
    document,
    context: index === 0 ? [1, 16] : [2 ** (index + 3), 2 ** (index + 4)],
    natsPerToken,
    standardError: 0.021,
    gain:
      index === 0
        ? null
        : { natsPerToken: (nats[index - 1] ?? 0) - natsPerToken, standardError: 0.012 / Math.sqrt(index) },
    chunks: 64,
  }));
}

/** Shares that add up to 1: more on the sinks in deep layers. */
export function attention(layers: number, heads: number, learned: number | null = null): AttentionHead[] {
  const next = random(3);
  return Array.from({ length: layers * heads }, (_, index) => {
    const layer = Math.floor(index / heads);
    const rest = 1 - (learned ?? 0);
    const sinks = rest * Math.min(0.95, 0.02 + (layer / layers) * next());
    const recent = (rest - sinks) * (0.3 + 0.6 * next());
    return {
      event: 'attention-head',
      document: novel,
      layer,
      head: index % heads,
      sinks,
      middle: rest - sinks - recent,
      recent,
      learnedSink: learned,
    };
  });
}

/** Words as tokens, mostly expected, some not. */
export function scoredText(tokens: number, document = novel): ScoredText[] {
  const words = ' the river had been quiet for a long while , and then it rose over grey Vostok quays .\n'.match(
    / \S+\n?|\n/g,
  );
  const next = random(11);
  const pieces = Array.from({ length: tokens }, (_, index): ScoredPiece => {
    const text = words?.[index % words.length] ?? ' ';
    return { text, nats: index === 0 ? null : -Math.log(next()) * 2.1 };
  });
  return Array.from({ length: Math.ceil(tokens / 64) }, (_, block) => ({
    event: 'scored-text',
    document,
    pieces: pieces.slice(block * 64, block * 64 + 64),
  }));
}

export function surprisingLines(count: number, document = novel): SurprisingLine[] {
  return Array.from({ length: count }, (_, index) => ({
    event: 'surprising-line',
    document,
    line: 17 + index * 211,
    natsPerToken: 9.4 - index * 0.7,
    tokens: 12,
    pieces: scoredText(14).flatMap(({ pieces }) =>
      pieces.slice(1).map(({ text, nats }) => ({ text: text.trimEnd(), nats })),
    ),
  }));
}

/** A whole run of one document. */
export function run(...inner: RunEvent[]): RunEvent[] {
  return [runStart, { event: 'document-start', document: novel }, ...inner, runEnd];
}

/** Ways to read a million tokens with an 8B model on eight A100. */
export function plans(document: DocumentLabel = novel): PlanRow[] {
  const device = { name: 'a100-nvlink', flopsPerSecond: 312e12, bytesPerSecond: 300e9, memoryBytes: 80e9 };
  const row = (approach: PlanRow['approach'], more: Partial<PlanRow>): PlanRow => ({
    event: 'plan-row',
    document,
    approach,
    hosts: 8,
    device,
    tokens: 1_000_000,
    forgotten: 0,
    memory: { weights: 16e9, cache: 16.384e9, activations: 3.072e9, total: 35.456e9 },
    fits: true,
    flops: 2.78e17,
    seconds: 111.5,
    hostSeconds: 892,
    ring: null,
    policy: null,
    cheapest: false,
    ...more,
  });
  const ring = {
    blockTokens: 125_000,
    leastBlockTokens: 1040,
    leastSequenceTokens: 6240,
    rounds: 8,
    imbalance: 1.875,
    communicationHidden: true,
  };
  const memory = { weights: 16e9, cache: 131.072e9, activations: 0, total: 147.072e9 };
  return [
    row('one-host', { hosts: 1, memory, fits: false, seconds: 892, hostSeconds: 892 }),
    row('layer-split', { seconds: 223, hostSeconds: 1784 }),
    row('ring', { ring, seconds: 203.4, hostSeconds: 1627.2 }),
    row('zigzag-ring', { ring: { ...ring, imbalance: 1 }, cheapest: true }),
    row('rolling', {
      hosts: 1,
      forgotten: 995_904,
      memory: { weights: 16e9, cache: 0.537e9, activations: 0, total: 16.537e9 },
      flops: 1.81e16,
      seconds: 58.2,
      hostSeconds: 58.2,
      policy: 'sinks:4+4092/512',
    }),
  ];
}
