import { setImmediate as soon } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScoredPiece } from '../../../src/engine/events/events.js';
import { LineExcerpt } from '../../../src/memory/cutting/line-excerpt.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const around = 40;

function stretchOf(pieces: readonly ScoredPiece[]): readonly ScoredPiece[] {
  const stretch = new LineExcerpt();
  for (const piece of pieces) stretch.add(piece);
  return stretch.pieces;
}

/** The definition, with the whole line at hand. */
function naive(pieces: readonly ScoredPiece[]): readonly ScoredPiece[] {
  if (pieces.length <= 2 * around) return pieces;
  const nats = pieces.map((piece) => piece.nats ?? 0);
  const most = nats.indexOf(Math.max(...nats));
  return pieces.slice(Math.max(0, most - around), most + around + 1);
}

describe('LineExcerpt', () => {
  it('keeps a short line whole, and of a long one 40 pieces on each side of the most surprising', () => {
    const piece = fc.record({
      text: fc.string({ maxLength: 2 }),
      nats: fc.option(fc.double({ min: 0, max: 20, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300, size: 'max' }), (pieces) => {
        expect(stretchOf(pieces)).toEqual(naive(pieces));
      }),
      { numRuns: 200 },
    );
  });

  it.each([0, 39, 40, 41, 80, 81, 260, 299])('is right where the most surprising piece is number %i of 300', (most) => {
    const pieces = Array.from({ length: 300 }, (_, at) => ({ text: String(at), nats: at === most ? 9 : 1 }));
    expect(stretchOf(pieces)).toEqual(naive(pieces));
  });

  it('lets go of all other pieces of a line of a million', async () => {
    const stretch = new LineExcerpt();
    const samples: WeakRef<ScoredPiece>[] = [];
    for (let at = 0; at < 1_000_000; at += 1) {
      const piece = { text: 'x', nats: at === 500_000 ? 20 : at % 7 };
      if (at % 1000 === 700) samples.push(new WeakRef(piece));
      stretch.add(piece);
    }
    // What a WeakRef was made for lives until the end of the job.
    await soon();
    collectGarbage();
    expect(samples.filter((sample) => sample.deref() !== undefined)).toEqual([]);
    expect(stretch.pieces).toHaveLength(2 * around + 1);
    expect(stretch.pieces[around]?.nats).toBe(20);
  });
});
