// The chunked protocol: which tokens are scored, and where all the others went.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/engine/backend.js';
import { ChunkTally, scoreChunks, type ChunkRequest, type ChunkResult } from '../../src/engine/chunked.js';
import type { RunEvent } from '../../src/engine/events.js';
import { documentOf } from '../support/documents.js';
import { beginning, byteVocabulary, fakeBackend, type FakeBackend } from '../support/fake-backend.js';

async function run(
  backend: Backend,
  text: string,
  options: Partial<ChunkRequest> & Pick<ChunkRequest, 'chunk'>,
): Promise<ChunkResult & { events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const chunks = scoreChunks({
    backend,
    scored: 'second-half',
    fewestChunks: 2,
    document: documentOf(text),
    label: { index: 0, name: 'test' },
    signal: new AbortController().signal,
    ...options,
  });
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return { ...next.value, events };
    events.push(next.value);
  }
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz';
/** Tokens of the byte vocabulary as text; the beginning token as ^. */
const written = (cells: readonly number[]): string =>
  cells.map((cell) => (cell === beginning ? '^' : String.fromCharCode(cell - 1))).join('');
const contexts = ({ seen }: FakeBackend): string[] => seen.map(written);

describe('scoreChunks', () => {
  it('scores the second half of each chunk, whose first token gives way to the beginning token', async () => {
    const backend = fakeBackend();
    const { account } = await run(backend, alphabet, { chunk: 8 });
    // Of 8 tokens, the last 3 are scored, each with all of its chunk in front: 27 tokens with ^ make three chunks.
    expect(contexts(backend)).toEqual([
      ...['^abcd', '^abcde', '^abcdef'],
      ...['^ijkl', '^ijklm', '^ijklmn'],
      ...['^qrst', '^qrstu', '^qrstuv'],
    ]);
    // 7 + 8 + 8 are in chunks; h and p gave way, x, y and z are left over.
    expect(account.tokens).toEqual({ read: 26, scored: 9, evicted: 14, inView: 7, skipped: 5 });
  });

  it('replaces nothing where the model has no beginning token', async () => {
    const backend = fakeBackend(undefined, byteVocabulary(false));
    const { account } = await run(backend, alphabet, { chunk: 8 });
    expect(contexts(backend).slice(0, 4)).toEqual(['abcde', 'abcdef', 'abcdefg', 'ijklm']);
    expect(account.tokens).toEqual({ read: 26, scored: 9, evicted: 16, inView: 8, skipped: 2 });
  });

  it('scores every token that has something in front of it where all are wanted', async () => {
    const chunks: Float32Array[] = [];
    const { account, tally } = await run(fakeBackend(), alphabet, {
      chunk: 8,
      scored: 'all',
      onChunk: (nats) => chunks.push(nats),
    });
    // The fake's score is the number of cells in view.
    expect(chunks).toEqual(Array(3).fill(Float32Array.of(Number.NaN, 1, 2, 3, 4, 5, 6, 7)));
    expect(account.tokens).toEqual({ read: 26, scored: 21, evicted: 14, inView: 7, skipped: 5 });
    expect(tally.nats).toBe(3 * 28);
  });

  it('accounts for every token and for the bytes of the scored ones, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 2, max: 30 }),
        fc.constantFrom('second-half' as const, 'all' as const),
        fc.boolean(),
        async (length, chunk, scored, hasBeginning) => {
          const backend = fakeBackend(undefined, byteVocabulary(hasBeginning));
          const { account, tally, failure } = await run(backend, 'x'.repeat(length), {
            chunk,
            scored,
            fewestChunks: 1,
          });
          const { read, inView, evicted, skipped } = account.tokens;
          const opening = hasBeginning ? 1 : 0;
          const complete = Math.floor((length + opening) / chunk);
          expect(failure?.code).toBe(complete === 0 ? 'too-short' : undefined);
          if (complete === 0) return;
          expect(read).toBe(length);
          expect(read).toBe(inView + evicted + skipped);
          const inChunk = scored === 'all' ? chunk - 1 : chunk - Math.floor(chunk / 2) - 1;
          const chunks = scored === 'all' ? Math.floor(length / (chunk - opening)) : complete;
          expect(tally.tokens).toBe(chunks * inChunk);
          // One token is one byte.
          expect(tally.bytes).toBe(tally.tokens);
        },
      ),
    );
  });

  it('refuses a text of fewer chunks than the protocol takes, and says how long it is', async () => {
    const { failure, events } = await run(fakeBackend(), 'abcdefghijklmn', { chunk: 8 });
    expect(failure).toMatchObject({
      code: 'too-short',
      message: 'test: 15 tokens are too few: 2 chunks of 8 take 16',
    });
    expect(events.at(-1)).toMatchObject({ event: 'document-end', ended: 'failed' });
  });

  it('ends after the chunk in hand when interrupted, and where tokens are limited', async () => {
    const abort = new AbortController();
    const backend = fakeBackend((cells) => {
      if (cells.length === 7) abort.abort();
      return 1;
    });
    const interrupted = await run(backend, alphabet, { chunk: 8, signal: abort.signal });
    expect(interrupted.events.at(-1)).toMatchObject({ ended: 'interrupted' });
    expect(interrupted.tally.tokens).toBeGreaterThan(0);
    const limited = await run(fakeBackend(), alphabet, { chunk: 8, limitTokens: 15 });
    expect(limited.events.at(-1)).toMatchObject({ ended: 'limit' });
    expect(limited.tally.chunks).toBe(2);
  });

  it('keeps what was scored when the model fails', async () => {
    const backend = fakeBackend();
    let decodes = 0;
    const failing: Backend = {
      ...backend,
      decode(tokens, targets) {
        decodes += 1;
        return decodes === 3 ? Promise.reject(new Error('broken')) : backend.decode(tokens, targets);
      },
    };
    const { tally, failure } = await run(failing, alphabet, { chunk: 8 });
    expect(failure?.message).toBe('broken');
    expect(tally.chunks).toBe(2);
  });
});

describe('ChunkTally', () => {
  it("has llama.cpp's error: of a mean of independent tokens, times the perplexity", () => {
    const tally = new ChunkTally(8);
    tally.add(Float32Array.of(Number.NaN, 1, 2), 2);
    tally.add(Float32Array.of(3, 6), 2);
    const { value, standardError, natsPerToken } = tally.figures();
    expect(natsPerToken).toBe(3);
    expect(value).toBeCloseTo(Math.exp(3), 10);
    // Mean of squares 12.5, less 9, over 4 - 1 tokens.
    expect(standardError).toBeCloseTo(Math.exp(3) * Math.sqrt(3.5 / 3), 10);
  });
});
