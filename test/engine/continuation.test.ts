import { describe, expect, it } from 'vitest';
import type { Sampling } from '../../src/engine/backend.js';
import { continueText } from '../../src/engine/continuation.js';
import type { RunEvent } from '../../src/engine/events.js';
import type { Policy } from '../../src/engine/policy.js';
import { scoreDocument } from '../../src/engine/run.js';
import { documentOf } from '../support/documents.js';
import { beginning, byteVocabulary, fakeBackend, type FakeBackend } from '../support/fake-backend.js';

const sampling: Sampling = { temperature: 1, topP: 1, minP: 0, seed: 7 };
const sinks = (sinks: number, window: number, block: number): Policy => ({ kind: 'sinks', sinks, window, block });

interface Options {
  readonly policy?: Policy;
  readonly tokens?: number;
  readonly stop?: readonly string[];
  readonly signal?: AbortSignal;
  readonly text?: string;
}

/** Streams a text through `backend`, then writes on; returns the pieces of text, and the account's tokens in view. */
async function written(
  backend: FakeBackend,
  { policy = sinks(2, 20, 4), tokens = 30, stop = [], signal, text = 'abcdefgh' }: Options = {},
): Promise<{ pieces: string[]; inView: number | undefined }> {
  const pieces: string[] = [];
  const live = signal ?? new AbortController().signal;
  const observer = {
    skipped: undefined,
    readAs: undefined,
    growth: () => undefined,
    observe: () => [],
    pause: () => [],
    async *finish(view: Parameters<typeof continueText>[0]['view']): AsyncGenerator<RunEvent> {
      yield* [];
      for await (const piece of continueText({ backend, policy, view, tokens, sampling, stop, signal: live })) {
        pieces.push(piece);
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
    if (next.done === true) return { pieces, inView: next.value.account.tokens.inView };
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
    const { pieces, inView } = await written(backend, { tokens: 5 });
    expect(pieces.join('')).toBe('xyzxy');
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
    const { pieces } = await written(writer('x'), { policy: { kind: 'dense', sinks: 0, window: 12, block: 4 } });
    expect(pieces.join('')).toBe('xxxx');
  });

  it('never cuts a character, and drops one that stays unfinished', async () => {
    const { pieces } = await written(writer('é☃😀'), { tokens: 2 + 3 + 4 + 1 });
    expect(pieces).toEqual(['é', '☃', '😀']);
  });

  it('ends before a stop text, also where tokens share it, and holds back nothing else', async () => {
    expect((await written(writer('one two END three'), { stop: ['END', 'zzz'] })).pieces.join('')).toBe('one two ');
    expect((await written(writer('ENENEN x'), { stop: ['END'], tokens: 8 })).pieces.join('')).toBe('ENENEN x');
    expect((await written(writer('so E'), { stop: ['END'], tokens: 4 })).pieces.join('')).toBe('so E');
  });

  it('ends where the model ends the text', async () => {
    let count = 0;
    const backend = fakeBackend(undefined, byteVocabulary(), () => (++count === 4 ? beginning : 98));
    expect((await written(backend)).pieces.join('')).toBe('aaa');
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
    expect((await written(backend, { signal: abort.signal })).pieces.join('')).toBe('aaa');
  });
});
