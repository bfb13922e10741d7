// Attention chunk by chunk, on a backend that says what it is asked.

import { describe, expect, it } from 'vitest';
import { measureAttention, type AttentionRequest } from '../../src/engine/attention.js';
import type { AttentionShares, Backend } from '../../src/engine/backend.js';
import type { AttentionHead, DocumentEnd, RunEvent } from '../../src/engine/events/events.js';
import { documentOf } from '../support/documents.js';
import { beginning, byteVocabulary, fakeBackend } from '../support/fake-backend.js';

/** Two layers, the attending ones of a hybrid, of two heads; `shares` for each chunk. */
function looking(
  shares: (chunk: number) => readonly number[],
  hasBeginning = true,
): { backend: Backend; asked: number[][] } {
  const asked: number[][] = [];
  const backend: Backend = {
    ...fakeBackend(undefined, byteVocabulary(hasBeginning)),
    attention(tokens, sinks, recent): Promise<AttentionShares> {
      asked.push([...tokens]);
      expect([sinks, recent]).toEqual([2, 2]);
      return Promise.resolve({ layers: [1, 3], heads: 2, shares: Float32Array.from(shares(asked.length)) });
    },
  };
  return { backend, asked };
}

async function measure(
  backend: Backend,
  text: string,
  options: Partial<AttentionRequest> = {},
): Promise<{ heads: AttentionHead[]; end: DocumentEnd }> {
  const document = documentOf(text);
  const label = { index: 0, name: document.name };
  const { signal } = new AbortController();
  const events: RunEvent[] = [];
  const run = measureAttention({ backend, chunk: 8, sinks: 2, recent: 2, document, label, signal, ...options });
  for await (const event of run) events.push(event);
  return {
    heads: events.filter((event): event is AttentionHead => event.event === 'attention-head'),
    end: events.at(-1) as DocumentEnd,
  };
}

const even = (): number[] => [0.5, 0.25, 0.25, 0.125, 0.375, 0.5, 1, 0, 0, 0, 0, 1];

describe('measureAttention', () => {
  it('gives each head the mean over the chunks, by the numbers of its layer', async () => {
    const { backend, asked } = looking((chunk) =>
      chunk === 1 ? even() : even().map((_, at) => (at % 3 === 0 ? 1 : 0)),
    );
    const { heads } = await measure(backend, 'abcdefghijklmnopqr');
    expect(asked).toHaveLength(2);
    expect(asked[0]).toEqual([beginning, ...Buffer.from('abcdefg').map((byte) => byte + 1)]);
    expect(
      heads.map(({ layer, head, sinks, middle, recent, learnedSink }) => [
        layer,
        head,
        sinks,
        middle,
        recent,
        learnedSink,
      ]),
    ).toEqual([
      [1, 0, 0.75, 0.125, 0.125, null],
      [1, 1, 0.5625, 0.1875, 0.25, null],
      [3, 0, 1, 0, 0, null],
      [3, 1, 0.5, 0, 0.5, null],
    ]);
  });

  it('tells learned sinks from rounding', async () => {
    const rounded = await measure(looking(() => even().map((share) => share * 0.9999)).backend, 'abcdefghi');
    expect(rounded.heads.map(({ learnedSink }) => learnedSink)).toEqual([null, null, null, null]);
    const learned = await measure(looking(() => even().map((share) => share * 0.75)).backend, 'abcdefghi');
    for (const { learnedSink } of learned.heads) expect(learnedSink).toBeCloseTo(0.25, 6);
  });

  it('accounts for every token, the tail as skipped', async () => {
    const { end } = await measure(looking(even).backend, 'abcdefghijklmnopqr');
    expect(end).toMatchObject({ ended: 'end', perplexity: null, account: { bytes: 18, lines: 1 } });
    expect(end.account.tokens).toEqual({ read: 18, scored: 0, evicted: 7, inView: 7, skipped: 4 });
    const without = await measure(looking(even, false).backend, 'abcdefghijklmnopqr');
    expect(without.end.account.tokens).toEqual({ read: 18, scored: 0, evicted: 8, inView: 8, skipped: 2 });
  });

  it('stops at a limit, and says so', async () => {
    const { end } = await measure(looking(even).backend, 'x'.repeat(100), { limitTokens: 14 });
    expect(end).toMatchObject({ ended: 'limit', account: { tokens: { read: 14, skipped: 0 } } });
  });

  it('refuses a text without a chunk, and a backend that cannot look', async () => {
    const short = await measure(looking(even).backend, 'abc');
    expect(short.end.error).toMatchObject({
      code: 'too-short',
      message: 'test.txt: too short for a chunk of 8: 4 of 8 tokens',
    });
    expect(short.heads).toEqual([]);
    expect((await measure(fakeBackend(), 'abcdefghi')).end.error?.code).toBe('attention-unsupported');
  });

  it('reports what it has when it is interrupted', async () => {
    const abort = new AbortController();
    const { backend } = looking((chunk) => {
      if (chunk === 2) abort.abort();
      return even();
    });
    const { end, heads } = await measure(backend, 'x'.repeat(100), { signal: abort.signal });
    expect(end).toMatchObject({ ended: 'interrupted', account: { tokens: { read: 14, skipped: 0 } } });
    expect(heads).toHaveLength(4);
  });
});
