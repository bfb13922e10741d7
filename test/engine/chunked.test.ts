// Disjoint chunks, on a backend that is watched: which tokens are scored, and where the others went.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/engine/backend.js';
import { ChunkTally, scoreChunks, type ChunkRequest, type ChunkResult } from '../../src/engine/chunked.js';
import type { Document } from '../../src/engine/document.js';
import type { BlockScored, DocumentEnd, RunEvent } from '../../src/engine/events/events.js';
import { UnspoolError } from '../../src/errors.js';
import { documentOf } from '../support/documents.js';
import { beginning, byteVocabulary, fakeBackend } from '../support/fake-backend.js';

interface Run extends ChunkResult {
  readonly events: RunEvent[];
  readonly end: DocumentEnd;
}

async function run(
  backend: Backend,
  text: string | Document,
  { onEvent, ...options }: Partial<ChunkRequest> & { readonly onEvent?: (event: RunEvent) => void } = {},
): Promise<Run> {
  const document = typeof text === 'string' ? documentOf(text) : text;
  const events: RunEvent[] = [];
  const chunks = scoreChunks({
    ...{ backend, document, chunk: 8, scored: 'second-half', fewestChunks: 2 },
    ...{ label: { index: 0, name: document.name }, signal: new AbortController().signal },
    ...options,
  });
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return { ...next.value, events, end: events.at(-1) as DocumentEnd };
    events.push(next.value);
    onEvent?.(next.value);
  }
}

/** Remembers each decode, and the cells before it. */
function watched(hasBeginning = true): {
  backend: Backend;
  decodes: { tokens: string; targets: string; before: number }[];
} {
  const inner = fakeBackend(undefined, byteVocabulary(hasBeginning));
  const decodes: { tokens: string; targets: string; before: number }[] = [];
  const shown = (tokens: Int32Array): string =>
    Array.from(tokens, (token) =>
      token === -1 ? '.' : token === beginning ? '^' : String.fromCharCode(token - 1),
    ).join('');
  const backend: Backend = {
    ...inner,
    decode(tokens, targets) {
      decodes.push({ tokens: shown(tokens), targets: shown(targets), before: inner.cells.length });
      return inner.decode(tokens, targets);
    },
  };
  return { backend, decodes };
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz';

describe('scoreChunks, as llama-perplexity does it', () => {
  it('tokenises once: the beginning token is in front of the text, and replaces the first token of later chunks', async () => {
    const { backend, decodes } = watched();
    await run(backend, alphabet);
    // The tokens are ^abc...z, 27 of them; chunks of 8 start at ^, h, p; 3 are left.
    expect(decodes.map(({ tokens }) => tokens)).toEqual(['^abcdefg', '^ijklmno', '^qrstuvw']);
    expect(decodes.map(({ before }) => before)).toEqual([0, 0, 0]);
  });

  it('scores the last n - floor(n / 2) - 1 tokens of each chunk', async () => {
    const { backend, decodes } = watched();
    const { tally } = await run(backend, alphabet);
    expect(decodes.map(({ targets }) => targets)).toEqual(['....efg', '....mno', '....uvw']);
    expect(tally).toMatchObject({ chunks: 3, tokens: 9, bytes: 9 });
    const odd = watched();
    await run(odd.backend, alphabet, { chunk: 7 });
    expect(odd.decodes[0]).toMatchObject({ tokens: '^abcdef', targets: '...def' });
    expect((await run(watched().backend, 'x'.repeat(2000), { chunk: 512 })).tally.tokens).toBe(3 * 255);
  });

  it('replaces nothing where the vocabulary has no beginning token', async () => {
    const { backend, decodes } = watched(false);
    const { account } = await run(backend, alphabet);
    expect(decodes).toMatchObject([
      { tokens: 'abcdefgh', targets: '....fgh' },
      { tokens: 'ijklmnop', targets: '....nop' },
      { tokens: 'qrstuvwx', targets: '....vwx' },
    ]);
    expect(account.tokens).toEqual({ read: 26, scored: 9, evicted: 16, inView: 8, skipped: 2 });
  });

  it('scores by what is in front within the chunk', async () => {
    // The fake's nats are the cells in view: 5, 6 and 7 in front of the targets of 8.
    const { tally } = await run(fakeBackend(), alphabet);
    expect(tally.nats).toBe(3 * (5 + 6 + 7));
    expect(tally.figures().natsPerToken).toBe(6);
  });

  it('accounts for the replaced tokens and the tail as skipped', async () => {
    const { account, end } = await run(fakeBackend(), alphabet);
    // Replaced: h and p. Tail: x, y, z.
    expect(account.tokens).toEqual({ read: 26, scored: 9, evicted: 14, inView: 7, skipped: 5 });
    expect(end).toMatchObject({ ended: 'end', error: null, account: { bytes: 26, lines: 1 } });
  });

  it('accounts for every token and scores the same bytes, whatever the text, the chunk and the limit', async () => {
    const words = fc.constantFrom('a', 'é', '日本', '😀', '\n', ' whale');
    const texts = fc.array(words, { maxLength: 60 }).map((all) => all.join(''));
    const options = fc.record({
      chunk: fc.integer({ min: 4, max: 40 }),
      scored: fc.constantFrom('second-half' as const, 'all' as const),
      limitTokens: fc.option(fc.integer({ min: 1, max: 150 }), { nil: undefined }),
      hasBeginning: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(texts, options, async (text, { hasBeginning, ...rest }) => {
        const backend = fakeBackend(undefined, byteVocabulary(hasBeginning));
        const { account, tally, end, events } = await run(backend, text, { ...rest, fewestChunks: 1 });
        const { read, inView, evicted, skipped, scored } = account.tokens;
        if (end.error !== null) {
          expect(end.error.code).toBe('too-short');
          expect(account.tokens).toEqual({ read: 0, scored: 0, evicted: 0, inView: 0, skipped: 0 });
          return;
        }
        expect(read).toBe(Math.min(Buffer.byteLength(text), rest.limitTokens ?? Infinity));
        expect(inView + evicted + skipped).toBe(read);
        // One token is one byte.
        expect(tally.bytes).toBe(scored);
        const { chunk } = rest;
        const perChunk = rest.scored === 'all' ? chunk - 1 : chunk - Math.floor(chunk / 2) - 1;
        expect(scored).toBe(tally.chunks * perChunk);
        const blocks = events.filter((event): event is BlockScored => event.event === 'block-scored');
        expect(blocks).toHaveLength(tally.chunks);
        expect(blocks.reduce((sum, { nats }) => sum + nats, 0)).toBe(tally.nats);
        const last = blocks.at(-1);
        expect([last?.inView, last?.forgotten]).toEqual([inView, evicted]);
        // No chunk was left out.
        expect(skipped).toBeLessThan(chunk + tally.chunks);
      }),
      { numRuns: 150 },
    );
  });

  it('counts only the bytes of scored tokens', async () => {
    const vocabulary = {
      ...byteVocabulary(),
      // Every token stands for two characters.
      tokenize: (text: string) => Int32Array.from(text.match(/../g) ?? [], (pair) => pair.charCodeAt(0) + 1),
      byteLength: (token: number) => (token === beginning ? 0 : 2),
      bytes: (token: number) => Buffer.from(String.fromCharCode(token - 1).repeat(2)),
    };
    const { tally } = await run(fakeBackend(undefined, vocabulary), 'aabbccddeeffgghhiijjkkllmmnnoo');
    expect(tally).toMatchObject({ chunks: 2, tokens: 6, bytes: 12 });
  });
});

describe('scoreChunks, all tokens', () => {
  it('decodes every token but the tail, each chunk after a beginning token of its own', async () => {
    const { backend, decodes } = watched();
    const { account } = await run(backend, alphabet, { scored: 'all', fewestChunks: 1 });
    expect(decodes).toMatchObject([
      { tokens: '^abcdefg', targets: 'abcdefg' },
      { tokens: '^hijklmn', targets: 'hijklmn' },
      { tokens: '^opqrstu', targets: 'opqrstu' },
    ]);
    expect(account.tokens).toEqual({ read: 26, scored: 21, evicted: 14, inView: 7, skipped: 5 });
  });

  it('hands over each chunk by the tokens in front', async () => {
    const chunks: Float32Array[] = [];
    const onChunk = (nats: Float32Array): void => void chunks.push(nats);
    await run(fakeBackend(), alphabet, { scored: 'all', fewestChunks: 1, onChunk });
    expect(chunks.map((chunk) => [...chunk])).toEqual(Array(3).fill([Number.NaN, 1, 2, 3, 4, 5, 6, 7]));
    const halves: Float32Array[] = [];
    await run(fakeBackend(), alphabet, { onChunk: (nats) => void halves.push(nats) });
    const unscored = Array<number>(5).fill(Number.NaN);
    expect([...(halves[0] ?? [])]).toEqual([...unscored, 5, 6, 7]);
  });
});

describe('scoreChunks where it cannot go on', () => {
  it.each([
    [14, '15 of 16'],
    [0, '1 of 16'],
  ])('refuses a text of %i tokens, and says what it takes', async (length, words) => {
    const { failure, end } = await run(fakeBackend(), 'x'.repeat(length));
    expect(failure).toMatchObject({ code: 'too-short', hint: 'use a smaller --chunk' });
    expect(failure?.message).toBe(`test.txt: too short for 2 chunks of 8: ${words} tokens`);
    expect(end).toMatchObject({ ended: 'failed', error: { code: 'too-short' } });
  });

  it('takes a text of exactly two chunks', async () => {
    const { failure, tally } = await run(fakeBackend(), 'x'.repeat(15));
    expect([failure, tally.chunks]).toEqual([undefined, 2]);
  });

  it.each([{ limitTokens: 10 }, { limitBytes: 10 }])(
    'names the limit that may have made it too short: %j',
    async (limit) => {
      const { failure } = await run(fakeBackend(), alphabet.slice(0, 12), limit);
      expect(failure?.hint).toBe('use a smaller --chunk, or a larger --limit');
    },
  );

  it('reports what it has when it is interrupted, and its account closes', async () => {
    const abort = new AbortController();
    const { account, end, tally } = await run(fakeBackend(), alphabet.repeat(20), {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.event === 'block-scored') abort.abort();
      },
    });
    expect(end.ended).toBe('interrupted');
    expect(tally.chunks).toBeGreaterThan(0);
    expect(tally.chunks).toBeLessThan(10);
    const { read, inView, evicted, skipped } = account.tokens;
    expect(inView + evicted + skipped).toBe(read);
    expect(account.bytes).toBe(read);
  });

  it('ends with the failure of the backend, after the chunks before it', async () => {
    const inner = fakeBackend();
    let decodes = 0;
    const backend: Backend = {
      ...inner,
      decode(tokens, targets) {
        decodes += 1;
        if (decodes === 3) return Promise.reject(new UnspoolError('native-crash', 'it stopped'));
        return inner.decode(tokens, targets);
      },
    };
    const { failure, tally, end } = await run(backend, alphabet.repeat(4));
    expect(failure?.code).toBe('native-crash');
    expect(tally.chunks).toBe(2);
    expect(end).toMatchObject({ ended: 'failed', perplexity: { chunks: 2, natsPerToken: 6 } });
  });

  it('ends with the failure of the document, after its text', async () => {
    const document: Document = {
      ...documentOf(''),
      async *chunks() {
        yield* documentOf(alphabet).chunks();
        throw new UnspoolError('document-truncated', 'cut short');
      },
    };
    const { failure, tally } = await run(fakeBackend(), document);
    expect(failure?.code).toBe('document-truncated');
    expect(tally.chunks).toBe(3);
  });
});

describe('ChunkTally', () => {
  it('gives the figures of perplexity.cpp', () => {
    const scores = [1.5, 0.25, 4, 2.75, 3];
    const tally = new ChunkTally(8);
    tally.add(Float32Array.of(Number.NaN, 1.5, 0.25), 7);
    tally.add(Float32Array.of(Number.NaN, 4, 2.75, 3), 5);
    const mean = scores.reduce((sum, score) => sum + score) / 5;
    const meanOfSquares = scores.reduce((sum, score) => sum + score * score, 0) / 5;
    const figures = tally.figures();
    expect(figures).toMatchObject({ protocol: 'chunked', natsPerToken: mean, tokens: 5, chunk: 8, chunks: 2 });
    expect(figures.value).toBeCloseTo(Math.exp(mean), 12);
    expect(figures.standardError).toBeCloseTo(Math.exp(mean) * Math.sqrt((meanOfSquares - mean * mean) / 4), 12);
    expect(figures.bitsPerByte).toBeCloseTo((mean * 5) / Math.LN2 / 12, 12);
  });

  it('has no figures without scores, and no error with one', () => {
    const none = new ChunkTally(8).figures();
    expect([none.value, none.standardError, none.natsPerToken, none.bitsPerByte]).toEqual([null, null, null, null]);
    const one = new ChunkTally(8);
    one.add(Float32Array.of(2), 1);
    expect(one.figures().standardError).toBeNull();
  });

  it('adds up to the same, chunk by chunk or document by document', () => {
    const apart = [new ChunkTally(4), new ChunkTally(4)] as const;
    const together = new ChunkTally(4);
    for (const [index, scores] of [
      [1, 2],
      [3, 5],
    ].entries()) {
      apart[index === 0 ? 0 : 1].add(Float32Array.from(scores), 4);
      together.add(Float32Array.from(scores), 4);
    }
    const total = new ChunkTally(4);
    for (const part of apart) total.include(part);
    expect(total.figures()).toEqual(together.figures());
  });
});
