// unspool analyze --count of lines of 10 MB.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { referenceCount } from '../support/byte-pairs.js';
import { file, root } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checkedOf } from '../support/schema.js';

const novel = `${root}fixtures/documents/moby-dick.txt`;
const excerpt = readFileSync(novel, 'utf8').slice(30_000, 33_000);

describe('unspool analyze --count', () => {
  it('counts a line of 10 MB, and a line of 10 MB of one character', async () => {
    const line = file('line.txt', excerpt.replaceAll('\n', ' ').repeat(3400));
    const ruler = file('ruler.txt', '='.repeat(10_240_000));
    const { stdout, stderr, code } = await unspool(['analyze', '--json', line, ruler]);
    expect(code).toBe(0);
    const [first, second] = checkedOf(stdout, 'overview');
    expect(first?.lines).toBe(1);
    // Each repetition starts in the middle of a word, as the next one does.
    expect(first?.tokens[0]?.tokens).toBe(referenceCount('o200k_base', readFileSync(line, 'utf8')));
    expect(second).toMatchObject({ lines: 1, words: 1, characters: 10_240_000 });
    // Cut twice, at a multiple of the longest token.
    expect(second?.tokens[0]?.tokens).toBe(160_000);
    expect(stderr).toMatch(/ruler\.txt: has millions of characters without a place to cut, counted in parts/);
  });
});
