// An example of each event of `analyze` against the schema in the package, and what it refuses.

import { describe, expect, it } from 'vitest';
import type { PromptBuilt, Reply, RollingPerplexity, RunEvent } from '../../src/engine/events/events.js';
import { jsonReporter } from '../../src/reporters/json.js';
import { plans } from '../support/report-events.js';
import { checked } from '../support/schema.js';

const document = { index: 0, name: 'book.txt' };
const account = {
  bytes: 40_000,
  lines: 800,
  skippedLines: 0,
  skippedBytes: 0,
  invalidBytes: 0,
  controlCharacters: 0,
  tokens: { read: 11_000, scored: 5355, evicted: 0, inView: 512, skipped: 10_488 },
};
const rolling: RollingPerplexity = {
  protocol: 'rolling',
  policy: 'sinks:4+508/64',
  value: 49.2,
  standardError: 1.5,
  natsPerToken: 3.9,
  bitsPerByte: 1.5,
  tokens: 11_000,
  batches: 21,
  batchTokens: 512,
};
const comparisonRow = {
  event: 'comparison-row',
  document,
  perplexity: rolling,
  ended: 'full',
  evicted: 10_488,
  tokensPerSecond: 7400.5,
  peakMemoryBytes: 210_000_000,
  curve: [{ tokens: [1, 128], natsPerToken: 4.2 }],
  difference: { natsPerToken: -0.2, standardError: 0.05, batches: 21, pValue: 0.003, verdict: 'better' },
} as const;
const horizonRow = {
  event: 'horizon-row',
  document,
  context: [16, 32],
  natsPerToken: 4.4,
  standardError: 0.03,
  gain: { natsPerToken: 0.4, standardError: null },
  chunks: 12,
} as const;
const head = { event: 'attention-head', document, layer: 3, head: 7, sinks: 0.6, middle: 0.1, recent: 0.25 } as const;

const planRow = plans(document)[2] ?? fail();
const modelFile = {
  name: 'tiny-Q4_0',
  aliases: ['small'],
  source: 'hugging-face',
  path: '/models/tiny-Q4_0.gguf',
  bytes: 4096,
} as const;
const modelFacts = {
  title: 'tiny',
  architecture: 'llama',
  kind: 'chat',
  parameters: 1000,
  contextSize: 8192,
  quantization: 'Q4_0',
  room: 'shift',
  cacheBytesPerToken: 128,
  memory: { capacity: 4096, bytes: 528_384 },
} as const;
const modelDetails = {
  event: 'model-details',
  ...modelFile,
  model: modelFacts,
  details: {
    layers: 2,
    embeddingLength: 64,
    heads: 4,
    keyValueHeads: [2, 1],
    headSize: 16,
    slidingWindow: 512,
    experts: 8,
    vocabulary: 100,
    tokenizer: 'gpt2',
    preTokenizer: 'qwen2',
    addsBeginning: true,
    addsEnd: false,
    specialTokens: [{ role: 'bos', id: 1, text: '<s>' }],
    chatTemplate: true,
    licence: 'mit',
    licenceUrl: 'https://example.org',
    author: 'Makers',
    sourceUrl: 'https://example.org',
  },
  policy: 'sinks:4+4092/128',
  needs: [{ capacity: 4096, bytes: 528_384 }],
} as const;
const downloaded = {
  event: 'download',
  path: '/models/tiny-Q4_0.gguf',
  bytes: 4096,
  sha256: 'ab'.repeat(32),
  checked: 'server',
  status: 'downloaded',
} as const;

const question = { index: 0, text: 'Who is Ahab?' };

const prompt: PromptBuilt = {
  ...{
    event: 'prompt',
    strategy: 'analogical',
    family: 'claude',
    format: 'xml',
    text: '<question>\nWho?\n</question>',
  },
  messages: [{ role: 'user', content: '<question>\nWho?\n</question>' }],
  tokens: { total: 9, budget: 4096, tokenizer: 'o200k_base', exact: false, parts: [{ part: 'question', tokens: 9 }] },
  examples: 0,
  documents: [{ document, lines: 20, passages: 1, leftOut: [{ after: 4, before: 9 }] }],
  recalled: { byQuestion: 1, byDigest: 0, of: 3, unknownWords: ['Starbuck'] },
};
const reply: Reply = {
  ...{ event: 'reply', text: 'Answer: Ahab', tutorial: '', reasoning: '', answer: 'Ahab', ended: 'stop' },
  exemplars: [{ problem: 'Who was Jonah?', solution: 'A prophet.' }],
  tokens: { prompt: 90, reasoning: 0, answer: 3 },
};

const finding = {
  event: 'finding',
  document,
  lines: [3, 4],
  message: { number: 1, role: 'user', lines: [1, 2] },
  rule: 'vague-instruction',
  reason: 'etc.',
  rewrite: 'all',
  fixable: false,
} as const;

const examples: readonly RunEvent[] = [
  prompt,
  { ...prompt, documents: [{ document, lines: 20, passages: 1, leftOut: [] }], recalled: null },
  reply,
  { ...reply, answer: null, exemplars: [], ended: 'length' },
  { event: 'text-delta', text: 'Ahab' },
  finding,
  { ...finding, message: null },
  { event: 'prompt-checked', document, format: 'text', tokens: 90, findings: 1, fixable: 0, fixed: 2 },
  {
    ...{ event: 'prompt-rule', rule: 'question-position', finds: 'a question', families: ['gpt'], fixable: true },
    ...{ sources: [{ title: 'A guide', url: 'https://example.org' }], bad: 'Why?', good: 'Why so?' },
  },
  { event: 'evidence', document, question, text: 'Ahab', lines: [4, 5], bytes: [90, 94], score: 7.5 },
  { event: 'not-found', question },
  {
    ...{ event: 'answer', question, text: 'The captain [a.txt:4-5].', found: true, removed: 1, spans: 5 },
    citations: [
      { document, lines: [4, 5], bytes: [90, 94], natsWithout: 3.5 },
      { document, lines: [7, 7], bytes: [120, 130], natsWithout: null },
    ],
    tokens: { prompt: 900, reasoning: 0, answer: 12, scored: 24 },
  },
  {
    event: 'embedded',
    model: { path: '/models/embed.gguf', name: 'embed', dimensions: 384 },
    ...{ spans: 1936, vectors: 9042, cut: 1, bytes: 3_544_464, seconds: 90.5 },
  },
  { event: 'recalled', question, spans: 1, bytes: 4, of: 1936, unknownWords: ['Starbuck'] },
  { event: 'model', ...modelFile, model: modelFacts, problem: null },
  { event: 'model', ...modelFile, model: { ...modelFacts, room: null, memory: null }, problem: null },
  { event: 'model', ...modelFile, model: null, problem: 'cut short, damaged or no GGUF' },
  modelDetails,
  { ...modelDetails, policy: null, needs: [] },
  { event: 'downloading', path: '/models/tiny.gguf', bytes: 10, total: 4096 },
  { event: 'downloading', path: '/models/tiny.gguf', bytes: 10, total: null },
  downloaded,
  { ...downloaded, sha256: null, checked: null, status: 'already-there' },
  { event: 'alias', alias: 'small', reference: 'tiny-Q4_0', path: null },
  {
    event: 'surprising-line',
    document,
    line: 412,
    natsPerToken: 8.3,
    tokens: 7,
    pieces: [
      { text: 'Call', nats: null },
      { text: ' me', nats: 8.3 },
    ],
  },
  { event: 'scored-text', document, pieces: [{ text: 'Call me', nats: 1.5 }] },
  comparisonRow,
  { ...comparisonRow, perplexity: { ...rolling, value: null, standardError: null }, curve: [], difference: null },
  horizonRow,
  { ...horizonRow, standardError: null, gain: null },
  { ...head, learnedSink: 0.05 },
  { ...head, learnedSink: null },
  {
    ...{ event: 'run-start', version: '0.1.0', command: 'analyze', model: null, policy: null },
    ...{ chunk: 512, documents: 2 },
  },
  {
    event: 'policy-start',
    document,
    policy: { kind: 'window', sinks: 0, window: 512, block: 64 },
    index: 1,
    policies: 3,
  },
  { event: 'progress', document, bytes: 40_000, lines: 800, tokens: 11_000, size: 160_000, done: 0.25 },
  { event: 'progress', document, bytes: 40_000, lines: 800, tokens: 11_000, size: null, done: null },
  { event: 'resumed', document, bytes: 40_000, line: 800, tokens: 11_000, size: 160_000, done: 0.25 },
  {
    event: 'block-scored',
    document,
    tokens: [448, 512],
    nats: 250.5,
    inView: 511,
    sinksInView: 3,
    forgotten: 64,
    linesInView: [3, 9],
    bytesInView: [120, 2000],
    skippedLines: 7,
    bytes: 2000,
    size: 40_000,
    done: 0.05,
  },
  { event: 'in-view', document, sinks: 'Call me', beginning: 'Ish', end: 'mael.', between: 12, lines: [1, 4] },
  { event: 'striking-line', document, line: 3, natsPerToken: 7.5, text: 'Call me Ishmael.' },
  { event: 'memory', peakMemoryBytes: 210_000_000 },
  planRow,
  { ...planRow, device: { ...planRow.device, name: null }, ring: null, approach: 'rolling', policy: 'sinks:4+60/8' },
  { event: 'line-surprise', document, line: 3, nats: 12.5, tokens: 4 },
  {
    event: 'document-end',
    document,
    account,
    perplexity: {
      protocol: 'chunked',
      chunk: 512,
      chunks: 21,
      value: 49.2,
      standardError: 1.5,
      natsPerToken: 3.9,
      bitsPerByte: 1.5,
      tokens: 5355,
    },
    ended: 'end',
    error: null,
  },
  { event: 'setting', key: 'threads', value: 4, origin: 'config file' },
  { event: 'setting', key: 'model', value: null, origin: 'default' },
  { event: 'document-end', document, account, perplexity: null, ended: 'end', error: null },
];

function json(event: object): string {
  let line = '';
  jsonReporter((text) => (line += text), true).handle(event as RunEvent);
  return line;
}

/** Paths to every field, those of nested objects and of the first element of arrays included. */
function paths(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return paths(value[0], [...path, '0']);
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...paths(inner, [...path, key])]);
}

/** A copy in which the field is gone. */
function without(event: object, path: readonly string[]): object {
  const copy = structuredClone(event);
  let parent: Record<string, unknown> = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
  Reflect.deleteProperty(parent, path.at(-1) ?? '');
  return copy;
}

describe('the schema of events', () => {
  it.each(examples)('describes $event', (event) => {
    expect(checked(json(event))).toEqual([{ schema: 1, ...event }]);
  });

  it.each(examples)('refuses $event where a field is missing, or one more is there', (event) => {
    for (const path of paths(event)) expect(() => checked(json(without(event, path))), path.join('.')).toThrow();
    expect(() => checked(json({ ...event, other: 1 }))).toThrow();
  });

  it.each([
    { ...finding, message: 1 },
    { ...finding, lines: [3] },
    { ...comparisonRow, difference: { ...comparisonRow.difference, verdict: 'maybe' } },
    { ...comparisonRow, ended: 'dense' },
    { ...comparisonRow, curve: [{ tokens: [1], natsPerToken: 4 }] },
    { ...comparisonRow, curve: Array.from({ length: 129 }, (_, at) => ({ tokens: [at, at + 1], natsPerToken: 4 })) },
    { ...comparisonRow, perplexity: { ...rolling, protocol: 'chunked' } },
    { ...horizonRow, context: 16 },
    { ...horizonRow, gain: 0.4 },
    { ...head, learnedSink: 'none' },
    { ...head, learnedSink: null, layer: -1 },
    { ...planRow, approach: 'rings' },
    { ...planRow, hosts: 0 },
    { ...planRow, forgotten: 1.5 },
    { ...planRow, ring: { ...planRow.ring, rounds: 1 } },
    { ...downloaded, sha256: 'abc' },
    { ...modelDetails, source: 'elsewhere' },
    { event: 'model', ...modelFile, model: { ...modelFacts, kind: 'other' }, problem: null },
    { ...prompt, format: 'json' },
    { ...prompt, documents: [{ ...prompt.documents[0], leftOut: [{ after: 0, before: 9 }] }] },
    { ...reply, answer: 4 },
    { event: 'scored-text', document, pieces: [{ text: 'Call', nats: '1.5' }] },
    { event: 'scored-text', document, pieces: ['Call'] },
    { event: 'setting', key: 'threads', value: [4], origin: 'config file' },
    { event: 'setting', key: 'threads', value: 4, origin: 'option' },
  ])('refuses a value of another kind: %j', (event) => {
    expect(() => checked(json(event))).toThrow();
  });
});

function fail(): never {
  throw new Error('no such row');
}
