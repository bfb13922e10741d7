// Results in a file: what was there is found again, what was cut off is not, and what is another run's is refused.

import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExampleResult } from '../../../src/engine/events/events.js';
import { openResults } from '../../../src/commands/pause-eval/results.js';

const folder = mkdtempSync(join(tmpdir(), 'unspool-test-'));
const identity = { tasks: ['parity'], pauses: [0, 4], seed: 0 };

function result(example: number): ExampleResult {
  const logProbabilities = [-1 / 3, -0.1];
  const condition = {
    place: 'append',
    thinking: 'none',
    pauses: 0,
    score: 1,
    answer: ' even',
    logProbabilities,
    tokens: 2,
    seconds: 0.5,
  } as const;
  const task = { index: 0, name: 'parity' };
  return { event: 'example', task, example, prefixTokens: 9, streamed: false, results: [condition], done: 0.5 };
}

describe('openResults', () => {
  it('finds what an earlier run has left, to the last digit, and drops a line that was cut off', () => {
    const path = join(folder, 'results.jsonl');
    const first = openResults(path, identity);
    expect(first.find(0, 0)).toBeUndefined();
    first.add(result(0));
    first.add(result(1));
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, '{"event":"example","task":{"ind');
    const second = openResults(path, identity);
    expect([second.find(0, 0), second.find(0, 1), second.find(0, 2), second.find(1, 0)]).toEqual([
      result(0),
      result(1),
      undefined,
      undefined,
    ]);
    expect(readFileSync(path, 'utf8')).toBe(whole);
    second.add(result(2));
    expect(openResults(path, identity).find(0, 2)).toEqual(result(2));
  });

  it('refuses the file of another run, and what is no such file', () => {
    const path = join(folder, 'other.jsonl');
    openResults(path, identity);
    expect(() => openResults(path, { ...identity, pauses: [0, 8] })).toThrow(
      `${path}: is of another run: pauses [0,4], not [0,8]`,
    );
    const novel = join(folder, 'novel.txt');
    writeFileSync(novel, 'Call me Ishmael.\n');
    expect(() => openResults(novel, identity)).toThrow('holds no results of unspool pause-eval');
    expect(readFileSync(novel, 'utf8')).toBe('Call me Ishmael.\n');
    expect(() => openResults('/nowhere/results.jsonl', identity)).toThrow('cannot be written: ENOENT');
  });
});
