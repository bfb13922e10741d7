// What the types of events say, as the schema in the package says it, and what it refuses.

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { PromptBuilt, Reply, RollingPerplexity, RunEvent } from '../../src/engine/events/events.js';
import { innerEvents, jsonReporter } from '../../src/reporters/json.js';
import { plans } from '../support/report-events.js';
import { checked, schema } from '../support/schema.js';

const document = { index: 0, name: 'book.txt' };
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
const policyStart = {
  event: 'policy-start',
  document,
  policy: { kind: 'window', sinks: 0, window: 512, block: 64 },
  index: 1,
  policies: 3,
} as const;
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

const setting = { event: 'setting', key: 'model', value: null, origin: 'default' } as const;
const pieces = [{ text: 'Call me', nats: 1.5 }];

const examples: readonly RunEvent[] = [
  prompt,
  { ...prompt, documents: [{ document, lines: 20, passages: 1, leftOut: [] }], recalled: null },
  reply,
  { ...reply, answer: null, exemplars: [], ended: 'length' },
  finding,
  { ...finding, message: null },
  { event: 'model', ...modelFile, model: { ...modelFacts, room: null, memory: null }, problem: null },
  { event: 'model', ...modelFile, model: null, problem: 'cut short, damaged or no GGUF' },
  modelDetails,
  { ...modelDetails, policy: null, needs: [] },
  downloaded,
  { ...downloaded, sha256: null, checked: null, status: 'already-there' },
  { event: 'scored-text', document, pieces },
  comparisonRow,
  { ...comparisonRow, perplexity: { ...rolling, value: null, standardError: null }, curve: [], difference: null },
  horizonRow,
  { ...horizonRow, standardError: null, gain: null },
  { ...head, learnedSink: 0.05 },
  { ...head, learnedSink: null },
  planRow,
  { ...planRow, device: { ...planRow.device, name: null }, ring: null, approach: 'rolling', policy: 'sinks:4+60/8' },
  policyStart,
  setting,
  { ...setting, value: 4, origin: 'config file' },
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

  it('allows fields that it does not know, which later versions may add', () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
    expect(validate(JSON.parse(json({ ...setting, other: 1 })))).toBe(true);
    expect(validate(JSON.parse(json({ ...setting, origin: 'option' })))).toBe(false);
  });

  it('has null for numbers that are not finite, where they can be so', () => {
    expect(checked(json({ ...head, sinks: Number.NaN, learnedSink: null }))).toMatchObject([{ sinks: null }]);
    expect(() => checked(json({ ...planRow, seconds: Infinity }))).toThrow();
  });

  it('tells which events come with --events', () => {
    const told = Object.values(schema.definitions).flatMap(({ properties, description }) =>
      description?.startsWith('With --events.') === true ? [properties?.event?.const] : [],
    );
    expect(told.toSorted()).toEqual([...innerEvents].toSorted());
  });

  it.each([
    { ...finding, message: 1 },
    { ...finding, lines: [0, 4] },
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
    { ...policyStart, policy: { ...policyStart.policy, sinks: 4 } },
    { ...policyStart, index: 0.5 },
    { ...policyStart, policies: 0 },
    { event: 'setting', key: 'threads', value: [4], origin: 'config file' },
    { event: 'setting', key: 'threads', value: 4, origin: 'option' },
  ])('refuses a value of another kind: %j', (event) => {
    expect(() => checked(json(event))).toThrow();
  });
});

function fail(): never {
  throw new Error('no such row');
}
