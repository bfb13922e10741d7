// Writing on after a document, with a fake model: what it sees at each step, and what reaches the reader.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sampling } from '../../src/engine/backend.js';
import { continueText, type Continuation } from '../../src/engine/continuation.js';
import type { RunEvent } from '../../src/engine/events/events.js';
import type { Policy } from '../../src/engine/policy.js';
import { scoreDocument } from '../../src/engine/run.js';
import { documentOf } from '../support/documents.js';
import { beginning, byteVocabulary, fakeBackend, type FakeBackend } from '../support/fake-backend.js';

const sinks = (sinks: number, window: number, block: number): Policy => ({ kind: 'sinks', sinks, window, block });

interface Options {
  readonly policy?: Policy;
  readonly tokens?: number;
  readonly stop?: readonly string[];
  readonly signal?: AbortSignal;
  readonly text?: string;
  readonly seed?: number;
}

interface Written {
  readonly pieces: string[];
  readonly outcome: Continuation | undefined;
  /** By the document's account. */
  readonly inView: number;
}

/** Streams a text through `backend`, then writes on. */
async function written(
  backend: FakeBackend,
  { policy = sinks(2, 20, 4), tokens = 30, stop = [], signal, text = 'abcdefgh', seed = 7 }: Options = {},
): Promise<Written> {
  const pieces: string[] = [];
  let outcome: Continuation | undefined;
  const live = signal ?? new AbortController().signal;
  const observer = {
    skippedTo: () => undefined,
    readAs: undefined,
    growth: () => undefined,
    observe: () => [],
    pause: () => [],
    async *finish(view: Parameters<typeof continueText>[0]['view']): AsyncGenerator<RunEvent> {
      yield* [];
      const sampling: Sampling = { temperature: 1, topP: 1, minP: 0, seed };
      const continuation = continueText({ backend, policy, view, tokens, sampling, stop, signal: live });
      for (;;) {
        const next = await continuation.next();
        if (next.done === true) {
          outcome = next.value;
          return;
        }
        pieces.push(next.value);
      }
    },
  };
  const label = { index: 0, name: 'test.txt' };
  const run = scoreDocument({
    backend,
    policy,
    document: documentOf(text),
    label,
    observer,
    signal: new AbortController().signal,
  });
  for (;;) {
    const next = await run.next();
    if (next.done === true) {
      const { account, failure } = next.value;
      if (failure !== undefined) throw failure;
      return { pieces, outcome, inView: account.tokens.inView };
    }
  }
}

/** A model that writes `text` over and over. */
function writer(text: string | Uint8Array): FakeBackend {
  const bytes = Buffer.from(text);
  let at = 0;
  return fakeBackend(undefined, byteVocabulary(), () => (bytes[at++ % bytes.length] ?? 0) + 1);
}

describe('continueText', () => {
  it('writes so many tokens from what is in view, the last document token decoded once', async () => {
    const backend = writer('xyz');
    const { pieces, outcome, inView } = await written(backend, { tokens: 5 });
    expect(pieces.join('')).toBe('xyzxy');
    expect(outcome).toEqual({ tokens: 5, ended: 'count' });
    // The beginning token, the document, and what was written but for its last token.
    expect(backend.cells).toEqual(
      [beginning, ...Buffer.from('abcdefghxyzx')].map((cell, index) => (index === 0 ? cell : cell + 1)),
    );
    expect(inView).toBe(8);
  });

  it.each([sinks(2, 6, 3), { kind: 'recompute', sinks: 0, window: 6, block: 2 } as const])(
    'rolls what it writes through the window of %j',
    async (policy) => {
      const backend = writer('xyz');
      await written(backend, { policy, tokens: 50 });
      expect(backend.peak).toBeLessThanOrEqual(8);
      const pinned = policy.kind === 'sinks' ? [0, 98] : [0];
      expect(backend.cells.slice(0, pinned.length)).toEqual(pinned);
      const recent = Buffer.from('xyz'.repeat(17).slice(0, 49)).subarray(-(backend.cells.length - pinned.length));
      expect(backend.cells.slice(pinned.length)).toEqual(Array.from(recent, (byte) => byte + 1));
    },
  );

  it('stops where a dense cache is full', async () => {
    const policy = { kind: 'dense', sinks: 0, window: 12, block: 4 } as const;
    const { pieces, outcome } = await written(writer('x'), { policy });
    expect(pieces.join('')).toBe('xxxx');
    expect(outcome).toEqual({ tokens: 4, ended: 'full' });
  });

  it('never cuts a character, and drops one that stays unfinished', async () => {
    const { pieces } = await written(writer('é☃😀'), { tokens: 2 + 3 + 4 + 1 });
    expect(pieces).toEqual(['é', '☃', '😀']);
  });

  it('ends before a stop text, also where tokens share it, and holds back nothing else', async () => {
    const stopped = await written(writer('one two END three'), { stop: ['END', 'zzz'] });
    expect(stopped.pieces).toEqual(Array.from('one two '));
    expect(stopped.outcome).toEqual({ tokens: 'one two END'.length, ended: 'stop' });
    expect((await written(writer('ENENEN x'), { stop: ['END'], tokens: 8 })).pieces.join('')).toBe('ENENEN x');
    expect((await written(writer('so E'), { stop: ['END'], tokens: 4 })).pieces.join('')).toBe('so E');
  });

  it('ends where the model ends the text', async () => {
    let count = 0;
    const backend = fakeBackend(undefined, byteVocabulary(), () => (++count === 4 ? beginning : 98));
    const { pieces, outcome } = await written(backend);
    expect(pieces.join('')).toBe('aaa');
    expect(outcome).toEqual({ tokens: 3, ended: 'end-of-text' });
  });

  it('finds a stop text in what the model wrote, control characters included', async () => {
    expect((await written(writer('one\r\n\r\ntwo'), { stop: ['\r\n\r\n'] })).pieces.join('')).toBe('one');
  });

  it('writes bytes that are no UTF-8 as U+FFFD', async () => {
    const { pieces } = await written(writer(Uint8Array.of(0x61, 0xe2, 0x98, 0x62, 0xff)), { tokens: 5 });
    expect(pieces.join('')).toBe('a\ufffdb\ufffd');
  });

  it('keeps what could steer a terminal from it', async () => {
    const { pieces } = await written(writer('a\u001b[31m\u0007b\n\t\u009bc'), { tokens: 13 });
    expect(pieces.join('')).toBe('a[31mb\n\tc');
  });

  it('draws with other seeds at each step, and the same ones each time', async () => {
    const seedsOf = async (): Promise<number[]> => {
      const seeds: number[] = [];
      const backend = fakeBackend(undefined, byteVocabulary(), (_, { seed }) => {
        seeds.push(seed);
        return 98;
      });
      await written(backend, { tokens: 20 });
      return seeds;
    };
    const seeds = await seedsOf();
    expect(new Set(seeds).size).toBe(20);
    expect(await seedsOf()).toEqual(seeds);
    for (const seed of seeds) expect(seed >>> 0).toBe(seed);
  });

  it('writes the same text with the same seed, another with another', async () => {
    // Draws from what is in view and the seed alone, as a model does.
    const drawn = (cells: readonly number[], { seed }: Sampling): number =>
      98 + ((cells.reduce((sum, cell) => sum + cell, 0) + seed) % 26);
    const textOf = async (seed: number): Promise<string> =>
      (await written(fakeBackend(undefined, byteVocabulary(), drawn), { seed })).pieces.join('');
    expect(await textOf(1)).toBe(await textOf(1));
    expect(new Set(await Promise.all([0, 1, 2, 2 ** 31, 2 ** 32 - 1].map(textOf))).size).toBe(5);
  });

  it('shows each step what the policy keeps, whatever was streamed before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('sinks', 'window', 'recompute'),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (kind, sinkCount, window, block, length, hasBeginning) => {
          const policy: Policy =
            kind === 'sinks' ? { kind, sinks: sinkCount, window, block } : { kind, sinks: 0, window, block };
          const text = Array.from({ length }, (_, index) => String.fromCharCode(97 + (index % 13))).join('');
          let count = 0;
          const backend = fakeBackend(undefined, byteVocabulary(hasBeginning), () => 111 + (count++ % 13));
          const { outcome, inView } = await written(backend, { policy, text, tokens: 30 });
          expect(outcome).toEqual({ tokens: 30, ended: 'count' });

          const opening = hasBeginning ? [beginning] : [];
          const streamed = [...opening, ...Buffer.from(text).map((byte) => byte + 1)];
          const capacity = (kind === 'recompute' ? opening.length : policy.sinks) + window;
          expect(backend.peak).toBeLessThanOrEqual(capacity);
          const steps = backend.seen.slice(-30);
          const all = [...streamed, ...Array.from({ length: 29 }, (_, index) => 111 + (index % 13))];
          // Where the document is shorter than the sinks, the first tokens after it join them.
          const pinned = all.slice(0, kind === 'sinks' ? sinkCount : kind === 'recompute' ? opening.length : 0);
          // What a block evicted for the document is gone; once rolling, the window is full.
          let cells = inView + (steps[0]?.[0] === beginning ? 1 : 0);
          steps.forEach((seen, step) => {
            const sofar = all.slice(0, streamed.length + step);
            const kept = pinned.slice(0, sofar.length);
            expect(seen).toHaveLength(cells);
            expect(seen).toEqual([...kept, ...sofar.slice(sofar.length - (cells - kept.length))]);
            cells = Math.min(capacity, cells + 1);
          });
        },
      ),
    );
  });

  it('starts from the beginning token where there is no text, and says so where there is none', async () => {
    expect((await written(writer('x'), { text: '', tokens: 3 })).pieces.join('')).toBe('xxx');
    const without = fakeBackend(undefined, byteVocabulary(false));
    await expect(written(without, { text: '' })).rejects.toThrow('no text to continue');
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    let count = 0;
    const backend = fakeBackend(undefined, byteVocabulary(), () => {
      if (++count === 3) abort.abort();
      return 98;
    });
    const { pieces, outcome } = await written(backend, { signal: abort.signal });
    expect(pieces.join('')).toBe('aaa');
    expect(outcome).toEqual({ tokens: 3, ended: 'interrupted' });
  });
});
