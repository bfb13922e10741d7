// Vectors on disk: what is nearest, beside a search through all of them in full precision.

import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { VectorFile } from '../../../src/memory/recall/vector-file.js';

const opened: FileHandle[] = [];
afterEach(async () => {
  for (const file of opened.splice(0)) await file.close().catch(() => undefined);
});

async function nameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'unspool-test-'));
  const file = await open(join(folder, 'vectors'), 'wx+');
  await rm(folder, { recursive: true });
  opened.push(file);
  return file;
}

async function fileOf(vectors: readonly Float32Array[], dimensions: number): Promise<VectorFile> {
  const file = new VectorFile(await nameless(), dimensions);
  for (const [index, vector] of vectors.entries()) await file.add(vector, index);
  return file;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

const coordinate = fc.float({ min: -100, max: 100, noNaN: true, noDefaultInfinity: true });
const vector = (dimensions: number): fc.Arbitrary<Float32Array> =>
  fc.array(coordinate, { minLength: dimensions, maxLength: dimensions }).map((values) => Float32Array.from(values));

describe('VectorFile', () => {
  it('finds the nearest of any vectors, with their cosines to 0.02, in order', async () => {
    const cases = fc
      .integer({ min: 1, max: 9 })
      .chain((dimensions) => fc.tuple(fc.array(vector(dimensions), { maxLength: 12 }), vector(dimensions)));
    await fc.assert(
      fc.asyncProperty(cases, async ([vectors, wanted]) => {
        const file = await fileOf(vectors, wanted.length);
        const found = await file.nearest(wanted, 5);
        expect(file.size).toBe(vectors.length);
        expect(found).toHaveLength(Math.min(5, vectors.length));
        const exact = vectors.map((each) => cosine(each, wanted)).sort((a, b) => b - a);
        for (const [place, { owner, similarity }] of found.entries()) {
          expect(Math.abs(similarity - cosine(vectors[owner] ?? wanted, wanted))).toBeLessThan(0.02);
          expect(Math.abs(similarity - (exact[place] ?? 0))).toBeLessThan(0.02);
        }
        await file.dispose();
      }),
      { numRuns: 40 },
    );
  });

  it('finds one among more than it reads at once, also while more are added', async () => {
    const dimensions = 1000;
    const file = new VectorFile(await nameless(), dimensions);
    // 3,000 rows of 1,008 bytes are three pieces of a mebibyte, and a rest.
    const direction = (index: number): Float32Array => {
      const row = new Float32Array(dimensions).fill(0.001);
      row[index % dimensions] = 1;
      row[(index * 7) % dimensions] = Math.floor(index / dimensions);
      return row;
    };
    for (let index = 0; index < 3000; index += 1) {
      await file.add(direction(index), index);
      if (index === 1500) expect((await file.nearest(direction(1444), 1))[0]?.owner).toBe(1444);
    }
    for (const index of [1, 1043, 1044, 2999]) {
      const [first, second] = await file.nearest(direction(index), 2);
      expect(first?.owner).toBe(index);
      expect(first?.similarity).toBeCloseTo(1, 3);
      expect(second?.similarity).toBeLessThan(0.99);
    }
    expect([file.size, file.bytes]).toEqual([3000, 3000 * 1008]);
  });

  it('takes the earlier of equal ones, and a vector without length for near none', async () => {
    const [up, zero] = [Float32Array.of(0, 1), Float32Array.of(0, 0)];
    const file = await fileOf([zero, up, up, Float32Array.of(0, -1)], 2);
    expect(await file.nearest(up, 9)).toEqual([
      { owner: 1, similarity: 1 },
      { owner: 2, similarity: 1 },
      { owner: 0, similarity: 0 },
      { owner: 3, similarity: -1 },
    ]);
    expect((await file.nearest(zero, 1))[0]?.similarity).toBe(0);
  });

  it('takes the nearest of the vectors of one owner, also where they are read apart', async () => {
    const dimensions = 4000;
    const at = (place: number): Float32Array =>
      Float32Array.from({ length: dimensions }, (_, index) => +(index === place));
    const file = new VectorFile(await nameless(), dimensions);
    // 262 rows are read at once.
    for (let row = 0; row < 270; row += 1) await file.add(at(row), row < 250 ? Math.floor(row / 2) : 125);
    for (const [place, owner] of [
      [0, 0],
      [1, 0],
      [249, 124],
      [250, 125],
      [261, 125],
      [262, 125],
      [269, 125],
    ] as const) {
      expect(await file.nearest(at(place), 3)).toEqual([
        { owner, similarity: 1 },
        { owner: owner === 0 ? 1 : 0, similarity: 0 },
        { owner: owner < 2 ? 2 : 1, similarity: 0 },
      ]);
    }
  });

  it('says where vectors cannot be kept', async () => {
    const handle = await nameless();
    const file = new VectorFile(handle, 2);
    await file.add(Float32Array.of(1, 2), 0);
    await handle.close();
    const failed = file.nearest(Float32Array.of(1, 2), 1);
    await expect(failed).rejects.toMatchObject({ code: 'input-not-kept', hint: 'name another folder with TMPDIR' });
    await expect(failed).rejects.toThrow(`the vectors: cannot be kept in ${tmpdir()}: `);
  });
});
