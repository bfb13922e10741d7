// unspool pause-eval without a task: its controls.

import { describe, expect, it } from 'vitest';
import type { Condition, ControlResult } from '../../src/engine/events/events.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';

function events<Event extends { readonly event: string }>(stdout: string, name: Event['event']): Event[] {
  return checked(stdout).filter(({ event }) => event === name) as unknown as Event[];
}

describe('unspool pause-eval without a task', () => {
  it('sees pauses help where they must, and nowhere else', async () => {
    const { stdout, stderr, code } = await unspool(['pause-eval', '--count', '60', '--json']);
    expect(code).toBe(0);
    expect(
      events<ControlResult>(stdout, 'control').map(({ task, expected, holds }) => [task.name, expected, holds]),
    ).toEqual([
      ['shifted-parity', 'helps', true],
      ['copy', 'no help', true],
      ['parity', 'no help', true],
      ['modular-sum', 'no help', true],
    ]);
    const conditions = events<Condition>(stdout, 'condition');
    const of = (name: string): Condition[] => conditions.filter(({ task }) => task.name === name);
    // The model's card: mean accuracy over n = 1..8, of 16,000 examples; four standard errors of 60 are at most 26 points.
    const card = new Map([
      [0, 0.51],
      [1, 0.561],
      [2, 0.627],
      [4, 0.759],
      [6, 0.873],
      [8, 0.996],
      [12, 0.994],
      [16, 0.994],
    ]);
    expect(of('shifted-parity').map(({ pauses }) => pauses)).toEqual([...card.keys()]);
    for (const { pauses, value } of of('shifted-parity')) {
      const expected = card.get(pauses) ?? Number.NaN;
      expect(Math.abs(value - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / 60) + 1e-9);
    }
    expect(of('copy').map(({ value }) => value)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    for (const { task, pauses, difference } of conditions) {
      if (pauses === 0) expect(difference).toBeNull();
      else if (task.name !== 'shifted-parity') expect(difference?.verdict).not.toBe('helps');
    }
    // The last token of the prompt and each choice's: two of one token each.
    expect(of('copy').map(({ cost }) => cost.tokens)).toEqual([3, 4, 5, 7, 9, 11, 15, 19]);
    expect(stderr).toMatch(/^shifted-parity: 60 examples, 5,880 tokens evaluated$/m);
  });
});
