// The observer of surprising lines, against sums over the whole text.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  LineSurprise,
  RunEvent,
  ScoredPiece,
  ScoredText,
  SurprisingLine,
} from '../../../src/engine/events/events.js';
import type { Policy } from '../../../src/engine/policy.js';
import { scoreDocument } from '../../../src/engine/run.js';
import { documentStart } from '../../../src/engine/tokens/token-stream.js';
import { View } from '../../../src/engine/view.js';
import { surpriseObserver } from '../../../src/memory/observers/surprise-observer.js';
import { documentOf } from '../../support/documents.js';
import { byteVocabulary, fakeBackend } from '../../support/fake-backend.js';

const label = { index: 0, name: 'test.txt' };
const policy: Policy = { kind: 'sinks', sinks: 2, window: 14, block: 4 };

/** Byte b is surprising with b mod 8 nats, exact in 32 bits. */
const natsOf = (token: number): number => ((token - 1) % 8) + 0.25;

interface Choice {
  readonly top?: number;
  readonly shown?: boolean;
  readonly hasBeginning?: boolean;
}

async function observe(
  text: string,
  { top = 5, shown = true, hasBeginning = true }: Choice = {},
): Promise<{ events: RunEvent[]; nats: number; scored: number }> {
  const vocabulary = byteVocabulary(hasBeginning);
  const backend = fakeBackend((_, target) => natsOf(target), vocabulary);
  const bytes = (token: number): Uint8Array => vocabulary.bytes(token);
  const observer = surpriseObserver({ document: label, top, text: shown, bytes });
  const { signal } = new AbortController();
  const run = scoreDocument({ backend, policy, document: documentOf(text), label, observer, signal });
  const events: RunEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { events, nats: next.value.tally.nats, scored: next.value.tally.tokens };
    events.push(next.value);
  }
}

function of<Event extends RunEvent>(events: readonly RunEvent[], name: Event['event']): Event[] {
  return events.filter((event): event is Event => event.event === name);
}
const lineSurprises = (events: readonly RunEvent[]): LineSurprise[] => of<LineSurprise>(events, 'line-surprise');
const surprising = (events: readonly RunEvent[]): SurprisingLine[] => of<SurprisingLine>(events, 'surprising-line');
const pieces = (events: readonly RunEvent[]): ScoredPiece[] =>
  of<ScoredText>(events, 'scored-text').flatMap((event) => event.pieces);
const textOf = (all: readonly ScoredPiece[]): string => all.map(({ text }) => text).join('');

/** Each line with its line feed, from the text itself. One token is one byte. */
function linesOf(text: string, skipsFirst: boolean): { line: number; tokens: number; nats: number }[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? [])
    .map((line, index) => {
      const bytes = [...Buffer.from(line)].slice(skipsFirst && index === 0 ? 1 : 0);
      return { line: index + 1, tokens: bytes.length, nats: bytes.reduce((sum, byte) => sum + natsOf(byte + 1), 0) };
    })
    .filter(({ tokens }) => tokens > 0);
}

const texts = fc
  .array(fc.constantFrom('a', 'bcd', ' the whale', 'é', '日', '😀', '\n', '\n\n'), { maxLength: 40 })
  .map((words) => words.join(''));

describe('surpriseObserver', () => {
  it.each([true, false])('tells every line with its nats and tokens (beginning token: %s)', async (hasBeginning) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const { events, nats, scored } = await observe(text, { hasBeginning });
        const lines = lineSurprises(events);
        expect(lines.map(({ line, tokens, nats }) => ({ line, tokens, nats }))).toEqual(linesOf(text, !hasBeginning));
        expect(lines.reduce((sum, line) => sum + line.nats, 0)).toBeCloseTo(nats, 6);
        expect(lines.reduce((sum, line) => sum + line.tokens, 0)).toBe(scored);
      }),
      { numRuns: 60 },
    );
  });

  it.each([true, false])(
    'ranks lines of four tokens and more as sorting would (beginning token: %s)',
    async (hasBeginning) => {
      await fc.assert(
        fc.asyncProperty(texts, fc.integer({ min: 1, max: 6 }), async (text, top) => {
          const { events } = await observe(text, { top, hasBeginning });
          const ranked = linesOf(text, !hasBeginning)
            .filter(({ tokens }) => tokens >= 4)
            .map(({ line, tokens, nats }) => ({ line, tokens, natsPerToken: nats / tokens }))
            .sort((a, b) => b.natsPerToken - a.natsPerToken || a.line - b.line)
            .slice(0, top);
          expect(surprising(events).map(({ line, tokens, natsPerToken }) => ({ line, tokens, natsPerToken }))).toEqual(
            ranked,
          );
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each([true, false])(
    'shows all of the text, in pieces that carry its nats (beginning token: %s)',
    async (hasBeginning) => {
      await fc.assert(
        fc.asyncProperty(texts, async (text) => {
          const { events, nats } = await observe(text, { hasBeginning });
          const all = pieces(events);
          expect(textOf(all)).toBe(text);
          expect(all.reduce((sum, piece) => sum + (piece.nats ?? 0), 0)).toBeCloseTo(nats, 6);
          expect(all.filter((piece) => piece.nats === null)).toHaveLength(!hasBeginning && text !== '' ? 1 : 0);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('counts a token that holds a line feed to the line that it ends', () => {
    const words = ['one', ' two', '.\n  ', 'three', '\n\n', 'four', '\n'];
    const bytes = (token: number): Uint8Array => Buffer.from(words[token] ?? '');
    const observer = surpriseObserver({ document: label, top: 5, text: false, bytes });
    const ends = [1, 1, 2, 2, 3, 4, 4].map((lines) => ({ ...documentStart, lines }));
    const scores = Float32Array.of(1, 2, 4, 8, 16, 32, 64);
    const tokens = Int32Array.from(words.keys());
    const events = [
      ...observer.observe(scores, ends, tokens),
      ...(observer.finish(new View(policy, true)) as Iterable<RunEvent>),
    ];
    expect(lineSurprises(events).map(({ line, nats }) => [line, nats])).toEqual([
      [1, 7],
      [2, 24],
      [4, 96],
    ]);
  });

  it('keeps the words of a ranked line', async () => {
    const { events } = await observe('one two\nthree 😀 four\nfive\n', { top: 3 });
    expect(surprising(events).map(({ line, pieces }) => [line, textOf(pieces)])).toEqual(
      expect.arrayContaining([
        [1, 'one two\n'],
        [2, 'three 😀 four\n'],
        [3, 'five\n'],
      ]),
    );
  });

  it('tells a line as soon as it is over, after the text that it is part of; the ranking comes last', async () => {
    const { events } = await observe('first line\nsecond line\nthird line\n');
    const order = events.map(({ event }) => event);
    const seen = (upTo: number): string => textOf(pieces(events.slice(0, upTo)));
    for (const [at, event] of events.entries()) {
      if (event.event !== 'line-surprise') continue;
      expect(seen(at).split('\n').length).toBeGreaterThan(event.line);
    }
    expect(order.indexOf('line-surprise')).toBeLessThan(order.lastIndexOf('block-scored'));
    expect(order.indexOf('surprising-line')).toBeGreaterThan(order.lastIndexOf('line-surprise'));
  });

  it('shows no text where nobody asked for it', async () => {
    expect(pieces((await observe('some text\n', { shown: false })).events)).toEqual([]);
  });
});
