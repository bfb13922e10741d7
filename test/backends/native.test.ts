// llama.cpp's own interface in a child process: the kernel against its formula, pieces, failures.

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { SurpriseKernel } from '../../src/backends/local/native/kernel.js';
import { openModel, type OpenedModel } from '../../src/backends/local/open-model.js';
import { bundledModel } from '../../src/commands/options/model.js';
import { file, runBinary } from '../support/cli.js';

/** log(sum(exp(logits))) - logits[target], in double precision. */
function surpriseOf(logits: Float32Array, target: number): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return largest + Math.log(sum) - (logits[target] ?? Number.NaN);
}

describe('SurpriseKernel', () => {
  it('gives log(sum(exp)) minus the target logit for vocabularies of any size and logits of any range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 9000 }),
        fc.integer({ min: 1, max: 3 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (width, rows, scale, numbers) => {
          const values = numbers.take(64).map((number) => number * scale);
          const some = [...values];
          const logits = Float32Array.from({ length: rows * width }, (_, index) => some[(index * 7) % 64] ?? 0);
          const targets = Int32Array.from({ length: rows }, (_, row) => (row * 31 + width - 1) % width);
          const kernel = new SurpriseKernel(rows, width);
          kernel.logits.set(new Uint8Array(logits.buffer));
          kernel.reduce(targets).forEach((score, row) => {
            const expected = surpriseOf(logits.subarray(row * width, (row + 1) * width), targets[row] ?? 0);
            expect(Math.abs(score - expected)).toBeLessThan(2e-6 * Math.max(1, expected));
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not mind logits that rule a token out', () => {
    const kernel = new SurpriseKernel(1, 5);
    kernel.logits.set(new Uint8Array(Float32Array.of(0, -Infinity, 0, -Infinity, -Infinity).buffer));
    expect(kernel.reduce(Int32Array.of(2))[0]).toBeCloseTo(Math.LN2, 6);
    expect(kernel.reduce(Int32Array.of(1))[0]).toBe(Infinity);
  });
});

/** Processes that this one has started and that run our child's code (Linux). */
function children(): number[] {
  const ids = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return ids.map(Number).filter((id) => readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('native/child.js'));
}

describe('native scoring', () => {
  let model: OpenedModel | undefined;
  afterEach(async () => {
    await model?.dispose();
    model = undefined;
  });

  it('scores the targets that are asked for, and only those', async () => {
    model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'native' });
    const backend = await model.createBackend(64, 32);
    const tokens = Int32Array.from([
      0,
      ...(await backend.vocabulary.tokenize('The captain of the ship was an old man.')),
    ]);
    const targets = tokens.slice(1);
    const all = await backend.decode(tokens, targets);
    await backend.clear();
    const some = await backend.decode(
      tokens,
      targets.map((target, index) => (index % 3 === 0 ? target : -1)),
    );
    some.forEach((score, index) => {
      if (index % 3 === 0) expect(score).toBeCloseTo(all[index] ?? 0, 4);
      else expect(score).toBeNaN();
    });
  });

  it('tells of the memory of its process', async () => {
    model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'native' });
    await model.createBackend(512, 64);
    expect(await model.peakMemoryBytes()).toBeGreaterThan(10e6);
  });

  it('turns the death of the process into one error, for what is asked and what will be', async () => {
    model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'native' });
    const backend = await model.createBackend(512, 512);
    const decoding = backend.decode(new Int32Array(512).fill(30), new Int32Array(512).fill(30));
    for (const id of children()) process.kill(id, 'SIGABRT');
    await expect(decoding).rejects.toMatchObject({
      code: 'native-crash',
      message: expect.stringContaining('SIGABRT') as string,
    });
    await expect(backend.clear()).rejects.toMatchObject({ code: 'native-crash' });
  });

  it('leaves no process behind', async () => {
    model = await openModel({ path: bundledModel, threads: 1, modelInterface: 'native' });
    const [id] = children();
    await model.dispose();
    model = undefined;
    expect(() => process.kill(id ?? 0, 0)).toThrow('ESRCH');
  });
});

describe('unspool, when llama.cpp crashes', () => {
  it('reports what was scored and one line of error', async () => {
    const text = file('long.txt', 'It was the best of times, it was the worst of times.\n'.repeat(2000));
    let killed = false;
    const { stdout, stderr, code } = await runBinary(['stream', '--perplexity', '--json', '--events', text], {
      onLine: (line, _kill, id) => {
        if (killed || !line.includes('block-scored')) return;
        killed = true;
        const [child] = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim().split(' ').map(Number);
        process.kill(child ?? 0, 'SIGABRT');
      },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^unspool: .*base\.gguf: llama\.cpp stopped \(SIGABRT\) \(.*\)\n$/m);
    expect(stderr).not.toMatch(/\n\s+at /);
    const end = stdout.trim().split('\n').at(-2) ?? '';
    expect(JSON.parse(end)).toMatchObject({ event: 'document-end', ended: 'failed', error: { code: 'native-crash' } });
  });
});
