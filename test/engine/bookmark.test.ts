// Runs that go on from a state of an earlier one: nothing differs from a run that was never cut short.

import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bookmark, RunState } from '../../src/engine/bookmark.js';
import type { Document } from '../../src/engine/document.js';
import type { RunEvent } from '../../src/engine/events/events.js';
import type { Policy } from '../../src/engine/policy.js';
import { scoreDocument, type ScoreResult } from '../../src/engine/run.js';
import { cutAt, documentOf } from '../support/documents.js';
import { byteVocabulary, fakeBackend, type FakeBackend } from '../support/fake-backend.js';

/** A token's score tells of every cell in view. */
const telling = (cells: readonly number[], target: number): number =>
  cells.reduce((sum, cell, index) => (sum * 31 + cell * (index + 1)) % 997, target) / 100;

interface Kept {
  readonly state: RunState;
  readonly cells: readonly number[];
}

function bookmarkOn(backend: FakeBackend, start: Kept | undefined, kept: Kept[], isDue: () => boolean): Bookmark {
  return {
    start: start?.state,
    checksum: (bytes, before) => crc32(bytes, before),
    isDue,
    keep(state) {
      kept.push({ state: structuredClone(state), cells: [...backend.cells] });
      return Promise.resolve();
    },
    loadCache() {
      backend.put(start?.cells ?? []);
      return Promise.resolve();
    },
  };
}

interface Run extends ScoreResult {
  readonly blocks: RunEvent[];
  readonly kept: readonly Kept[];
  readonly ending: RunEvent | undefined;
}

interface Options {
  readonly policy: Policy;
  readonly hasBeginning?: boolean;
  readonly start?: Kept | undefined;
  readonly isDue?: () => boolean;
  readonly limitTokens?: number | undefined;
  readonly limitLine?: number;
  /** Blocks after which the user interrupts. */
  readonly stopAfter?: number;
}

async function run(document: Document, options: Options): Promise<Run> {
  const { policy, hasBeginning = true, start, isDue = () => false, limitTokens, limitLine, stopAfter } = options;
  const backend = fakeBackend(telling, byteVocabulary(hasBeginning));
  const kept: Kept[] = [];
  const abort = new AbortController();
  const label = { index: 0, name: document.name };
  const bookmark = bookmarkOn(backend, start, kept, isDue);
  const running = scoreDocument({
    ...{ backend, policy, document, label, limitTokens, limitLine, signal: abort.signal, bookmark },
    now: () => 0,
  });
  const events: RunEvent[] = [];
  let next = await running.next();
  for (; next.done !== true; next = await running.next()) {
    events.push(next.value);
    if (events.filter(({ event }) => event === 'block-scored').length === stopAfter) abort.abort();
  }
  const blocks = events.filter(({ event }) => event === 'block-scored' || event === 'evicted');
  return { ...next.value, blocks, kept, ending: events.at(-1) };
}

const policies: fc.Arbitrary<Policy> = fc
  .record({ window: fc.integer({ min: 4, max: 40 }), block: fc.integer({ min: 1, max: 8 }) })
  .chain(({ window, block }) => {
    const size = { window, block: Math.min(window, block) };
    return fc.oneof(
      fc.integer({ min: 1, max: 4 }).map((sinks): Policy => ({ kind: 'sinks', sinks, ...size })),
      ...(['window', 'recompute'] as const).map((kind) => fc.constant<Policy>({ kind, sinks: 0, ...size })),
      fc.constant<Policy>({ kind: 'dense', sinks: 0, ...size, window: 10 * window }),
    );
  });

const texts = fc
  .array(fc.constantFrom('a', 'bc', ' ', '\n', 'é', '€', 'word ', 'line\n', '\u{1f600}'), {
    minLength: 1,
    maxLength: 400,
  })
  .map((parts) => parts.join('').repeat(3));
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });

/** What is told of a block, but for the share that is done. */
const bare = (events: readonly RunEvent[]): unknown[] => events.map((event) => ({ ...event, size: null, done: null }));

describe('a bookmark', () => {
  it('goes on from any block as if the run had never ended, however the text comes in chunks', async () => {
    await fc.assert(
      fc.asyncProperty(policies, texts, places, fc.boolean(), async (policy, text, cuts, hasBeginning) => {
        const options = { policy, hasBeginning };
        const whole = await run(documentOf(text), { ...options, isDue: () => true });
        const plain = await run(documentOf(text), options);
        expect(bare(plain.blocks)).toEqual(bare(whole.blocks));
        for (const start of whole.kept.filter((_, index) => index % 7 === 0).concat(whole.kept.slice(-1))) {
          const rest = await run(documentOf(...cutAt(text, cuts)), { ...options, start });
          expect(rest.account).toEqual(whole.account);
          expect(rest.tally.state()).toEqual(whole.tally.state());
          expect(bare(rest.blocks)).toEqual(bare(whole.blocks).slice(-rest.blocks.length));
          expect({ ...rest.ending }).toEqual({ ...whole.ending });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('goes on where a text has grown, a limit was set or the user stopped, as if there had been none', async () => {
    const wider = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      stopAfter: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(policies, texts, wider, async (policy, text, { at, stopAfter }) => {
        const characters = Array.from(text);
        const count = Math.floor(at * characters.length);
        const whole = await run(documentOf(text), { policy });
        const cutShort = [
          await run(documentOf(characters.slice(0, count).join('')), { policy }),
          await run(documentOf(text), { policy, limitTokens: Math.max(1, Buffer.byteLength(text.slice(0, count))) }),
          await run(documentOf(text), { policy, stopAfter }),
        ];
        for (const { kept } of cutShort) {
          const start = kept.at(-1);
          expect(start).toBeDefined();
          const rest = await run(documentOf(text), { policy, start });
          expect(rest.account).toEqual(whole.account);
          expect(rest.tally.state()).toEqual(whole.tally.state());
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is of one text: what differs in front of it is told, what differs behind it is read', async () => {
    const policy: Policy = { kind: 'sinks', sinks: 2, window: 14, block: 4 };
    const text = 'one line of text\n'.repeat(400);
    const { kept } = await run(documentOf(text), { policy, isDue: () => true });
    const start = kept[1100];
    const bytes = start?.state.place.next?.position.textBytes ?? 0;
    expect(bytes).toBeGreaterThan(4000);
    const changedAt = (at: number): Document => documentOf(`${text.slice(0, at)}X${text.slice(at + 1)}`);
    await expect(run(changedAt(bytes - 1), { policy, start })).rejects.toMatchObject({ code: 'other-text' });
    await expect(run(changedAt(10), { policy, start })).rejects.toMatchObject({ code: 'other-text' });
    await expect(run(documentOf(text.slice(0, bytes - 1)), { policy, start })).rejects.toMatchObject({
      message: expect.stringMatching(/ends before line \d+/) as string,
    });
    await expect(run(documentOf(text), { policy, start, limitTokens: 100 })).rejects.toMatchObject({
      code: 'other-text',
    });
    const changed = changedAt(bytes);
    const rest = await run(changed, { policy, start });
    expect(rest.tally.state()).toEqual((await run(changed, { policy })).tally.state());
  });

  it('reads on to the end of a line, and says that it stopped there', async () => {
    const policy: Policy = { kind: 'sinks', sinks: 2, window: 14, block: 4 };
    const text = 'one line of text\n'.repeat(40);
    const { kept } = await run(documentOf(text), { policy, isDue: () => true });
    const start = kept.find(({ state }) => state.place.next?.position.lines === 20);
    const rest = await run(documentOf(...cutAt(text, [0.3, 0.51, 0.7])), { policy, start, limitLine: 21 });
    expect(rest.account).toMatchObject({ bytes: 21 * 17, lines: 21, tokens: { read: 21 * 17 } });
    expect(rest.ending).toMatchObject({ ended: 'limit' });
  });
});
