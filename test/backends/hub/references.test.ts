// Which of a repository's files a reference means.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseFile, parseReference, type HubReference } from '../../../src/backends/hub/references.js';

const files = [
  'A/same-Q6_K.gguf',
  'B/same-Q6_K.gguf',
  'big-UD-Q4_K_M.gguf',
  'big-Q5_K_M-00001-of-00002.gguf',
  'big-Q5_K_M-00002-of-00002.gguf',
  'mmproj-tiny-F16.gguf',
  'tiny-Q4_K_M.gguf',
];

function chosen(reference: string, from: readonly string[] = files): string | undefined {
  const parsed = parseReference(reference) as HubReference;
  return chooseFile(
    parsed,
    from.map((path) => ({ path })),
  )?.path;
}

describe('chooseFile', () => {
  it.each([
    ['hf:u/r', 'tiny-Q4_K_M.gguf'],
    ['hf:u/r:q4_k_m', 'tiny-Q4_K_M.gguf'],
    ['hf:u/r:UD-Q4_K_M', 'big-UD-Q4_K_M.gguf'],
    ['hf:u/r:Q5_K_M', 'big-Q5_K_M-00001-of-00002.gguf'],
    ['hf:u/r:Q6_K', 'A/same-Q6_K.gguf'],
    ['hf:u/r:F16', undefined],
    ['hf:u/r/B/same-Q6_K.gguf', 'B/same-Q6_K.gguf'],
    ['hf:u/r/b/SAME-Q6_K.gguf', 'B/same-Q6_K.gguf'],
    ['hf:u/r/same-Q6_K.gguf', undefined],
    ['hf:u/r/big-Q5_K_M-00002-of-00002.gguf', 'big-Q5_K_M-00001-of-00002.gguf'],
  ])('%s is %s, in whatever order the files are', (reference, path) => {
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        expect(chosen(reference, shuffled)).toBe(path);
      }),
      { numRuns: 20 },
    );
  });

  it('takes Q8_0 where there is no Q4_K_M, and else the first by name', () => {
    expect(chosen('hf:u/r', ['m-Q2_K.gguf', 'm-Q8_0.gguf'])).toBe('m-Q8_0.gguf');
    expect(chosen('hf:u/r', ['m-Q6_K.gguf', 'm-Q2_K.gguf', 'imatrix.gguf'])).toBe('m-Q2_K.gguf');
    expect(chosen('hf:u/r', ['imatrix.gguf'])).toBeUndefined();
  });

  it('takes the exact name first', () => {
    expect(chosen('hf:u/r/M.gguf', ['m.gguf', 'M.gguf'])).toBe('M.gguf');
  });
});
