// The reduction of events to what the screen shows.

import { describe, expect, it } from 'vitest';
import type { BlockScored, RunEvent } from '../../../src/engine/events/events.js';
import {
  hasView,
  initialState,
  mostStriking,
  paceAt,
  perplexity,
  recentPerplexity,
  reduce,
  type ScreenState,
} from '../../../src/reporters/tui/state.js';
import { runStart } from '../../support/report-events.js';
import { recorded, replay } from './replay.js';

const document = { index: 0, name: 'book.txt' };
const start: readonly RunEvent[] = [runStart, { event: 'document-start', document }];

function block(from: number, tokens: number, natsPerToken: number, fields: Partial<BlockScored> = {}): BlockScored {
  return {
    ...{ event: 'block-scored', document, tokens: [from, from + tokens], nats: tokens * natsPerToken },
    ...{ inView: 511, sinksInView: 3, forgotten: 0, linesInView: [1, 9], bytesInView: [0, 100], skippedLines: 0 },
    ...{ bytes: 100, size: 400, done: 0.25, ...fields },
  };
}

/** Each event with its time; those without one come at once. */
function stateOf(
  events: readonly (RunEvent | readonly [at: number, event: RunEvent])[],
  before = initialState,
): ScreenState {
  return events.reduce<ScreenState>((state, each) => {
    const [at, event] = 'event' in each ? [0, each] : each;
    return reduce(state, event, at);
  }, before);
}

const striking = (line: number, natsPerToken: number): RunEvent => {
  return { event: 'striking-line', document, line, natsPerToken, text: `line ${line}` };
};

describe('the state of the screen', () => {
  it('knows what is run', () => {
    expect(stateOf([runStart])).toMatchObject({
      model: 'unspool base',
      policy: { kind: 'sinks', sinks: 4, window: 508, block: 64 },
      chunk: undefined,
      documents: 1,
    });
    expect(hasView(stateOf([runStart]))).toBe(true);
    expect(hasView(stateOf([{ ...runStart, policy: null, chunk: 512 }]))).toBe(true);
    expect(hasView(stateOf([{ ...runStart, policy: null, model: null }]))).toBe(false);
  });

  it('tells perplexity of the document so far, and of its last thousand tokens', () => {
    const state = stateOf([...start, block(0, 1000, 5), block(1000, 500, 3), block(1500, 500, 2)]);
    expect(perplexity(state)).toBeCloseTo(Math.exp((5 * 1000 + 3 * 500 + 2 * 500) / 2000));
    expect(recentPerplexity(state)).toBeCloseTo(Math.exp(2.5));
    expect(perplexity(stateOf(start))).toBeUndefined();
    expect(recentPerplexity(stateOf(start))).toBeUndefined();
    // A block of which nothing was scored changes nothing.
    const score = stateOf([block(2000, 0, 0)], state).score;
    expect(score).toBe(state.score);
  });

  it('keeps the memory of its sums bounded, whatever the blocks', () => {
    for (const size of [1, 7, 64, 512]) {
      let state = stateOf(start);
      let nats = 0;
      for (let from = 0; from < 6000; from += size) {
        const natsPerToken = 3 + ((from * 7919) % 1000) / 1000;
        nats += natsPerToken * size;
        state = reduce(state, block(from, size, natsPerToken), 0);
        expect(state.score.recent.length).toBeLessThanOrEqual(1000 / 50 + 2);
        expect(state.score.trend.points.length).toBeLessThanOrEqual(128);
      }
      const held = state.score.recent.reduce((sum, { tokens }) => sum + tokens, 0);
      expect(held).toBeGreaterThanOrEqual(1000);
      expect(held).toBeLessThanOrEqual(1000 + Math.max(50 + size, size));
      const { points } = state.score.trend;
      expect(points.reduce((sum, each) => sum + each.nats, 0)).toBeCloseTo(nats, 3);
    }
  });

  it('shows the most surprising line for ten seconds, then the most surprising since', () => {
    const state = stateOf([
      ...start,
      [1, striking(1, 5)],
      [2, striking(2, 9)],
      [6, striking(3, 6)],
      [7, striking(4, 7)],
    ]);
    const lineAt = (now: number): number | undefined => mostStriking(state, now)?.line;
    expect([lineAt(7), lineAt(11.9), lineAt(12), lineAt(16.9), lineAt(17)]).toEqual([2, 2, 4, 4, undefined]);
    // Lines that can never be shown are not kept.
    expect(state.striking.map(({ line }) => line)).toEqual([2, 4]);
    const many = stateOf(
      Array.from({ length: 500 }, (_, index) => [20 + index, striking(index, 500 - index)] as const),
    );
    expect(many.striking.length).toBeLessThanOrEqual(10);
  });

  it('begins anew with each document, and with each policy but for the time that has passed', () => {
    const before = stateOf([...start, [3, block(0, 500, 5)], [3, striking(1, 5)]]);
    const next = stateOf([[10, { event: 'document-start', document: { index: 1, name: 'next.txt' } }]], before);
    expect([next.document?.name, perplexity(next), mostStriking(next, 10)]).toEqual(['next.txt', undefined, undefined]);
    expect(paceAt(next, 12)).toMatchObject({ seconds: 2, tokensPerSecond: 0, secondsLeft: undefined });

    const policy = { kind: 'window', sinks: 0, window: 512, block: 64 } as const;
    const turn = stateOf([[10, { event: 'policy-start', document, policy, index: 1, policies: 3 }]], before);
    expect(turn).toMatchObject({ policy, turn: { number: 2, of: 3 } });
    expect(perplexity(turn)).toBeUndefined();
    const later = stateOf([[14, block(0, 800, 5, { done: 0.5 })]], turn);
    expect(paceAt(later, 14)).toMatchObject({ seconds: 14, secondsLeft: 14, tokensPerSecond: 200 });
  });

  it('tells the pace and the time left, where the size is known', () => {
    const state = stateOf([
      [5, { event: 'document-start', document }],
      [8, block(0, 600, 5, { done: 0.75 })],
    ]);
    expect(paceAt(state, 8)).toEqual({ seconds: 3, secondsLeft: 1, tokensPerSecond: 200, bytesPerSecond: 100 / 3 });
    const unknown = stateOf([[8, block(0, 600, 5, { done: null, size: null })]], state);
    expect(paceAt(unknown, 8).secondsLeft).toBeUndefined();
    const counted = {
      event: 'progress',
      document,
      bytes: 3000,
      lines: 40,
      tokens: 700,
      size: 9000,
      done: 0.5,
    } as const;
    const count = stateOf([[7, counted]], stateOf([[5, { event: 'document-start', document }]]));
    expect(paceAt(count, 7)).toEqual({ seconds: 2, secondsLeft: 2, tokensPerSecond: 350, bytesPerSecond: 1500 });
    expect(count.reading).toMatchObject({ lines: 40, block: undefined });
  });

  it('keeps the latest of what is in view, of memory, and of what is written', () => {
    const view = {
      event: 'in-view',
      document,
      sinks: 'a',
      beginning: 'b',
      end: 'c',
      between: 1,
      lines: [1, 2],
    } as const;
    const delta: RunEvent = { event: 'text-delta', document, text: ' word' };
    const memory = (peakMemoryBytes: number): RunEvent => ({ event: 'memory', peakMemoryBytes });
    const state = stateOf([...start, { ...view, end: 'x' }, view, memory(1), memory(2), delta, delta, delta]);
    expect([state.view, state.peakMemoryBytes, state.written]).toEqual([view, 2, 3]);
  });

  it.each(recorded)('is the same for the same events, and leaves them and earlier states as they are: %s', (name) => {
    const { events } = replay(name);
    const copy = structuredClone(events);
    const states: string[] = [];
    const fold = (): ScreenState => events.reduce((state, event, at) => reduce(state, event, at), initialState);
    let state = initialState;
    for (const [at, event] of events.entries()) {
      const before = JSON.stringify(state);
      const next = reduce(state, event, at);
      expect(JSON.stringify(state)).toBe(before);
      states.push(before);
      state = next;
    }
    expect(events).toEqual(copy);
    expect(fold()).toEqual(state);
    expect(states.length).toBe(events.length);
  });
});
