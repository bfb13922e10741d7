// Surprising lines: every line's surprise, the ranking, and the pieces that are shown.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineSurprise, ScoredText, SurprisingLine } from '../../src/engine/events.js';
import { scoreDocument } from '../../src/engine/run.js';
import { BestFirst } from '../../src/memory/best-first.js';
import { LineStretch } from '../../src/memory/line-stretch.js';
import { surpriseObserver } from '../../src/memory/surprise-observer.js';
import { documentOf } from '../support/documents.js';
import { byteVocabulary, fakeBackend } from '../support/fake-backend.js';

interface Found {
  readonly lines: LineSurprise[];
  readonly ranked: SurprisingLine[];
  readonly text: string;
  readonly nats: number;
}

/** One token a byte; a token's score is its byte, so that letters late in the alphabet surprise more. */
async function surprise(text: string, top: number, hasBeginning = true): Promise<Found> {
  const vocabulary = byteVocabulary(hasBeginning);
  const backend = fakeBackend((_, target) => target - 1, vocabulary);
  const label = { index: 0, name: 'test' };
  const observer = surpriseObserver({ document: label, top, text: true, bytes: (token) => vocabulary.bytes(token) });
  const run = scoreDocument({
    backend,
    policy: { kind: 'sinks', sinks: 1, window: 16, block: 4 },
    document: documentOf(text),
    label,
    observer,
    signal: new AbortController().signal,
  });
  const found = { lines: [] as LineSurprise[], ranked: [] as SurprisingLine[], texts: [] as ScoredText[] };
  let next = await run.next();
  for (; next.done !== true; next = await run.next()) {
    const event = next.value;
    if (event.event === 'line-surprise') found.lines.push(event);
    if (event.event === 'surprising-line') found.ranked.push(event);
    if (event.event === 'scored-text') found.texts.push(event);
  }
  const shown = found.texts.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join('');
  return { lines: found.lines, ranked: found.ranked, text: shown, nats: next.value.tally.nats };
}

const mean = (text: string): number => Buffer.from(text).reduce((sum, byte) => sum + byte, 0) / text.length;

describe('surpriseObserver', () => {
  it('ranks lines by nats per token, with their numbers and their text', async () => {
    const { ranked } = await surprise('aaaa\nzzzz\nmmmm\nzz\n', 2);
    expect(ranked.map(({ line }) => line)).toEqual([2, 3]);
    expect(ranked[0]?.natsPerToken).toBeCloseTo(mean('zzzz\n'), 5);
    expect(ranked[0]?.pieces.map(({ text }) => text)).toEqual(['z', 'z', 'z', 'z', '\n']);
  });

  it('tells the surprise of every line, which adds up to that of the document', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-z ]{0,9}$/), { maxLength: 12 }), async (lines) => {
        const text = lines.join('\n');
        const found = await surprise(text, 3);
        const wanted = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        expect(found.lines.map(({ line }) => line)).toEqual(wanted.map((_, index) => index + 1));
        for (const [index, line] of wanted.entries()) {
          expect(found.lines[index]?.tokens).toBe(line.length);
          expect(found.lines[index]?.nats).toBeCloseTo(mean(line) * line.length, 3);
        }
        expect(found.lines.reduce((sum, { nats }) => sum + nats, 0)).toBeCloseTo(found.nats, 3);
        expect(found.text).toBe(text);
      }),
    );
  });

  it('shows a first token that nothing scores, and characters of several tokens once', async () => {
    const { ranked, text, lines } = await surprise('xyzé—\n', 1, false);
    expect(ranked[0]?.pieces[0]).toEqual({ text: 'x', nats: null });
    expect(ranked[0]?.pieces.map((piece) => piece.text).join('')).toBe('xyzé—\n');
    expect(text).toBe('yzé—\n');
    expect(lines[0]?.tokens).toBe(8);
  });
});

describe('LineStretch', () => {
  it('keeps a short line whole, and of a long one the stretch around its peak', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 400 }), (scores) => {
        const stretch = new LineStretch();
        const all = scores.map((nats, index) => ({ text: String(index), nats }));
        for (const piece of all) stretch.add(piece);
        const peak = scores.indexOf(Math.max(...scores));
        const expected = all.length <= 80 ? all : all.slice(Math.max(0, peak - 40), peak + 41);
        // A line of zeros has no peak: its start is as good as any.
        if (all.length <= 80 || scores.some((score) => score > 0)) expect(stretch.pieces).toEqual(expected);
      }),
    );
  });

  it('holds no more of a line of a million pieces', () => {
    const stretch = new LineStretch();
    for (let index = 0; index < 1_000_000; index += 1) stretch.add({ text: 'x', nats: index % 1000 });
    expect(stretch.pieces.length).toBeLessThanOrEqual(81);
  });
});

describe('BestFirst', () => {
  it('is a sorted list cut to its first items, the earlier first among equals', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 1, max: 8 }), (scores, most) => {
        const best = new BestFirst<number>(most);
        scores.forEach((score, index) => {
          best.add(score, index);
        });
        const sorted = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
        expect(best.items).toEqual(sorted.slice(0, most));
      }),
    );
  });
});
