import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/engine/backend.js';
import type { Document } from '../../src/engine/document.js';
import type { RunEvent } from '../../src/engine/events/events.js';
import type { Policy } from '../../src/engine/policy.js';
import { scoreDocument, type ScoreResult } from '../../src/engine/run.js';
import { UnspoolError } from '../../src/errors.js';
import { documentOf } from '../support/documents.js';
import { byteVocabulary, fakeBackend } from '../support/fake-backend.js';

interface Options {
  readonly limitTokens?: number;
  readonly limitBytes?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

async function run(
  backend: Backend,
  policy: Policy,
  document = documentOf('abcdefghijklmnopqrstuvwxyz'),
  { limitTokens, limitBytes, signal, onEvent }: Options = {},
): Promise<ScoreResult & { events: RunEvent[] }> {
  const label = { index: 0, name: document.name };
  const events: RunEvent[] = [];
  const run = scoreDocument({
    backend,
    policy,
    document,
    label,
    limitTokens,
    limitBytes,
    signal: signal ?? new AbortController().signal,
  });
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { ...next.value, events };
    events.push(next.value);
    onEvent?.(next.value);
  }
}

const sinks = (sinks: number, window: number, block: number): Policy => ({ kind: 'sinks', sinks, window, block });

describe('scoreDocument', () => {
  it('scores every token after a beginning token, all but the first without', async () => {
    const text = 'hello world';
    const withBeginning = await run(fakeBackend(), sinks(2, 6, 4), documentOf(text));
    expect(withBeginning.tally.tokens).toBe(text.length);
    expect(withBeginning.tally.bytes).toBe(text.length);
    const without = await run(fakeBackend(undefined, byteVocabulary(false)), sinks(2, 6, 4), documentOf(text));
    expect(without.tally.tokens).toBe(text.length - 1);
    expect(without.tally.bytes).toBe(text.length - 1);
    expect(without.account.tokens.read).toBe(text.length);
  });

  it('shows block 1 the sinks and exactly the window, the current token included', async () => {
    const backend = fakeBackend();
    await run(backend, sinks(2, 5, 1));
    // Cells hold byte + 1, so 98 is "a"; the sinks are the beginning token and "a".
    const last = backend.seen.at(-1) ?? [];
    expect(last).toEqual([0, 98, 118, 119, 120, 121, 122]);
    expect(backend.seen.filter((cells) => cells.length === 7)).toHaveLength(26 - 6);
    expect(backend.peak).toBe(7);
  });

  it('shows larger blocks between window - block + 1 and window recent tokens', async () => {
    const backend = fakeBackend();
    await run(backend, sinks(2, 6, 3), documentOf('x'.repeat(100)));
    const recent = backend.seen.slice(20).map((cells) => cells.length - 2);
    expect(new Set(recent)).toEqual(new Set([4, 5, 6]));
  });

  it('evaluates the window again under recompute, beginning token and block included', async () => {
    const backend = fakeBackend();
    await run(backend, { kind: 'recompute', sinks: 0, window: 5, block: 2 });
    expect(backend.seen.at(-1)).toEqual([0, 118, 119, 120, 121, 122]);
    expect(backend.peak).toBe(6);
  });

  it('decodes one beginning token under recompute, also with blocks larger than the window', async () => {
    const backend = fakeBackend();
    await run(backend, { kind: 'recompute', sinks: 0, window: 4, block: 100 });
    expect(backend.cells).toEqual([0, 120, 121, 122, 123]);
    expect(backend.peak).toBe(5);
  });

  it('stops a dense run at its capacity with a warning, and the account closes', async () => {
    const backend = fakeBackend();
    const { account, events } = await run(backend, { kind: 'dense', sinks: 0, window: 8, block: 3 });
    expect(account.tokens).toEqual({ read: 7, scored: 7, evicted: 0, inView: 7, skipped: 0 });
    expect(events.filter(({ event }) => event === 'warning')).toMatchObject([{ code: 'context-full' }]);
    expect(events.at(-1)).toMatchObject({ ended: 'full' });
  });

  it('does not warn of a dense run that just fits', async () => {
    const { events, account } = await run(fakeBackend(), { kind: 'dense', sinks: 0, window: 27, block: 5 });
    expect(account.tokens.read).toBe(26);
    expect(events.some(({ event }) => event === 'warning')).toBe(false);
  });

  it('gives the same result for any policy whose capacity the text does not reach', async () => {
    const scores = (cells: readonly number[], target: number): number => cells.reduce((a, b) => a + b, target) % 7;
    const figures = [];
    for (const policy of [
      sinks(4, 60, 7),
      sinks(1, 30, 1),
      { kind: 'dense', sinks: 0, window: 64, block: 64 } as const,
    ]) {
      figures.push((await run(fakeBackend(scores), policy)).tally.nats);
    }
    expect(new Set(figures).size).toBe(1);
  });

  it('accounts for every token and byte, whatever the policy and the text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('sinks', 'window', 'recompute'),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 30 }),
        fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed()),
        fc.boolean(),
        async (kind, sinkCount, window, block, text, hasBeginning) => {
          const policy: Policy =
            kind === 'sinks' ? { kind, sinks: sinkCount, window, block } : { kind, sinks: 0, window, block };
          const backend = fakeBackend(undefined, byteVocabulary(hasBeginning));
          const { account, events, tally } = await run(backend, policy, documentOf(text));
          const bytes = Buffer.byteLength(text);
          const { read, inView, evicted, skipped, scored } = account.tokens;
          expect(account.bytes).toBe(bytes);
          expect(read).toBe(bytes);
          expect(read).toBe(inView + evicted + skipped);
          expect(scored).toBe(Math.max(0, bytes - (hasBeginning ? 0 : 1)));
          expect(account.lines).toBe(text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
          expect(backend.peak).toBeLessThanOrEqual(
            policy.sinks + window + (kind === 'recompute' && hasBeginning ? 1 : 0),
          );
          // What the account says is in view is what the cache holds.
          expect(backend.cells.filter((cell) => cell !== 0)).toHaveLength(inView);
          const reported = events.flatMap((event) => (event.event === 'evicted' ? [event.tokens] : []));
          expect(reported.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(evicted);
          const scoredRanges = events.flatMap((event) => (event.event === 'block-scored' ? [event.tokens] : []));
          scoredRanges.forEach(([from], index) => {
            expect(from).toBe(scoredRanges[index - 1]?.[1] ?? (hasBeginning ? 0 : 1));
          });
          expect(tally.tokens).toBe(scored);
        },
      ),
    );
  });

  it('sees the same tokens at a place, however the text arrives', async () => {
    const text = 'one two three\n'.repeat(20);
    const whole = fakeBackend();
    const pieces = fakeBackend();
    await run(whole, sinks(2, 9, 4), documentOf(text));
    await run(pieces, sinks(2, 9, 4), documentOf(...Array.from(text)));
    expect(pieces.seen).toEqual(whole.seen);
  });

  it('reads only as many tokens as asked', async () => {
    const { account, events } = await run(fakeBackend(), sinks(2, 6, 4), documentOf('line\n'.repeat(9)), {
      limitTokens: 12,
    });
    expect(account).toMatchObject({ bytes: 12, lines: 3, tokens: { read: 12, scored: 12 } });
    expect(events.at(-1)).toMatchObject({ ended: 'limit', error: null });
  });

  it('tells how much is done, of the tokens or bytes that are asked for', async () => {
    for (const limit of [{ limitTokens: 20 }, { limitBytes: 20 }]) {
      const { events } = await run(fakeBackend(), sinks(2, 6, 5), documentOf('x'.repeat(20)), limit);
      const shares = events.flatMap((event) => (event.event === 'block-scored' ? [event.done] : []));
      expect(shares[0]).toBeCloseTo(0.25, 1);
      expect(shares.at(-1)).toBe(1);
    }
  });

  it('reports what a slow source sent before it waits for more', async () => {
    let scored = 0;
    const slow: Document = {
      ...documentOf(''),
      async *chunks() {
        yield* documentOf('what it says\n'.repeat(1000)).chunks();
        // Only once that is scored does the source go on.
        while (scored < 4000) await new Promise((resolve) => setTimeout(resolve, 1));
      },
    };
    const { account } = await run(fakeBackend(), sinks(2, 6, 4), slow, {
      onEvent: (event) => {
        if (event.event === 'block-scored') scored = event.tokens[1];
      },
    });
    expect(account.tokens.scored).toBe(13_000);
  });

  it('gives the model the next block before it asks for the scores of the last one', async () => {
    const backend = fakeBackend();
    let open = 0;
    let most = 0;
    const counted: Backend = {
      ...backend,
      capabilities: backend.capabilities,
      async decode(tokens, targets) {
        open += 1;
        most = Math.max(most, open);
        const scores = await backend.decode(tokens, targets);
        await new Promise((resolve) => setTimeout(resolve, 1));
        open -= 1;
        return scores;
      },
    };
    await run(counted, sinks(2, 6, 4), documentOf('x'.repeat(60)));
    expect(most).toBe(2);
  });

  it('keeps what was scored when the model fails, and says why', async () => {
    const backend = fakeBackend();
    let decodes = 0;
    const failing: Backend = {
      ...backend,
      capabilities: backend.capabilities,
      decode(tokens, targets) {
        decodes += 1;
        return decodes > 3 ? Promise.reject(new Error('broken')) : backend.decode(tokens, targets);
      },
    };
    const { account, events } = await run(failing, sinks(2, 6, 4), documentOf('x'.repeat(60)));
    expect(account.tokens.scored).toBe(12);
    expect(events.at(-1)).toMatchObject({ event: 'document-end', ended: 'failed', error: { message: 'broken' } });
  });

  it('ends after the block in hand and the one handed over when interrupted, with an account that closes', async () => {
    const abort = new AbortController();
    const { account, events } = await run(fakeBackend(), sinks(2, 6, 4), documentOf('x'.repeat(100)), {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.event === 'block-scored' && event.tokens[1] >= 40) abort.abort();
      },
    });
    const { read, scored, inView, evicted } = account.tokens;
    expect(scored).toBe(44);
    expect(read).toBe(scored);
    expect(read).toBe(inView + evicted);
    expect(account.bytes).toBe(read);
    expect(events.at(-1)).toMatchObject({ event: 'document-end', ended: 'interrupted' });
  });

  it('keeps what was computed when the document fails half way', async () => {
    const failing = documentOf('first part');
    const document = {
      ...failing,
      async *chunks() {
        yield* failing.chunks();
        throw new UnspoolError('document-truncated', 'cut short');
      },
    };
    const { account, failure, events } = await run(fakeBackend(), sinks(2, 6, 4), document);
    expect(failure?.code).toBe('document-truncated');
    expect(account.tokens.scored).toBe(10);
    expect(events.at(-1)).toMatchObject({
      event: 'document-end',
      ended: 'failed',
      error: { code: 'document-truncated' },
    });
  });

  it('gives null figures and a warning for an empty document', async () => {
    const { events, account } = await run(fakeBackend(), sinks(2, 6, 4), documentOf());
    expect(account.tokens.read).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ event: 'warning', code: 'no-text' }));
    expect(events.at(-1)).toMatchObject({ perplexity: { value: null, bitsPerByte: null, tokens: 0 } });
  });

  it('starts each document with a cleared cache and its own beginning token', async () => {
    const backend = fakeBackend();
    await run(backend, sinks(2, 6, 4), documentOf('abc'));
    await run(backend, sinks(2, 6, 4), documentOf('xyz'));
    expect(backend.cells).toEqual([0, 121, 122, 123]);
  });
});
