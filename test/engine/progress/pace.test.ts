// The time left: at the pace of this run, whatever an earlier one has done.

import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/engine/events/events.js';
import { Pace } from '../../../src/engine/progress/pace.js';

const document = { index: 0, name: 'book.txt' };

function progress(tokens: number, resumed: { readonly resumed?: true }): RunEvent {
  return { event: 'progress', document, bytes: tokens, lines: 1, tokens, size: 1000, done: tokens / 1000, ...resumed };
}

it('counts from where an earlier run had come to', () => {
  let now = 0;
  const pace = new Pace(() => now);
  const after = (seconds: number, tokens: number, resumed: { readonly resumed?: true } = {}): void => {
    now += seconds;
    pace.handle(progress(tokens, resumed));
  };
  pace.handle({ event: 'document-start', document });
  after(1, 400, { resumed: true });
  after(1, 800, { resumed: true });
  expect([pace.secondsLeft, pace.tokensPerSecond]).toEqual([undefined, 0]);
  after(10, 900);
  expect(pace.secondsLeft).toBeCloseTo(10, 9);
  expect(pace.tokensPerSecond).toBe(10);
  pace.handle({ event: 'document-start', document });
  after(10, 100);
  expect(pace.secondsLeft).toBeCloseTo(90, 9);
  expect(pace.tokensPerSecond).toBe(10);
  pace.handle({ event: 'document-start', document });
  pace.handle({ event: 'resumed', document, bytes: 500, line: 9, tokens: 500, size: 1000, done: 0.5 });
  after(10, 600);
  expect(pace.secondsLeft).toBeCloseTo(40, 9);
  expect(pace.tokensPerSecond).toBe(10);
});
