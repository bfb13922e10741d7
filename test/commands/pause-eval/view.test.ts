// The results of a pause evaluation for people: a table, a plot, what the figures are; and the account.

import { describe, expect, it } from 'vitest';
import type { Condition, ConditionDifference, RunEvent } from '../../../src/engine/events/events.js';
import { pauseAccount, pauseTable } from '../../../src/commands/pause-eval/view.js';

const model = { path: '/m.gguf', name: 'tiny', parameters: 1000, contextSize: 256, vocabulary: 260 };
const task = { index: 0, name: 'bad\u001b[31m.jsonl' };
const empty = { bytes: 0, lines: 0, skippedLines: 0, skippedBytes: 0, invalidBytes: 0, controlCharacters: 0 };

function condition(pauses: number, value: number, more: Partial<Condition> = {}): Condition {
  return {
    ...{ event: 'condition', task, model: 'tiny', place: 'append', thinking: 'none', pauses, metric: 'accuracy' },
    ...{ examples: 200, value, interval: [value - 0.05, value + 0.05], difference: null },
    cost: { tokens: 3 + pauses, seconds: 0.0123, extraTokens: pauses, extraSeconds: 0.001 },
    ...more,
  };
}

const difference: ConditionDifference = {
  value: 0.345,
  interval: [0.2, 0.47],
  verdict: 'helps',
  ...{ level: 0.975, pValue: 0.0001 },
  ...{ detectable: 0.12, better: 75, worse: 6 },
};
const none: ConditionDifference = {
  ...difference,
  value: -0.0001,
  interval: [-0.05, 0.05],
  pValue: 0.73,
  verdict: 'no evidence',
};

const end: RunEvent = {
  ...{ event: 'run-end', status: 'done', error: null, seconds: 61, peakMemoryBytes: 2e8, documents: 1 },
  ...{ account: { ...empty, tokens: { read: 0, scored: 0, evicted: 0, inView: 0, skipped: 0 } }, perplexity: null },
};

const run: readonly RunEvent[] = [
  {
    ...{ event: 'task-start', task, model, metric: 'accuracy', examples: 200 },
    pause: { text: '<pause>', tokens: [2] },
  },
  condition(0, 0.505),
  condition(8, 0.85, { difference }),
  condition(16, 0.505, { difference: none }),
  end,
];

function shown(events: readonly RunEvent[], columns = Infinity, color = false): string {
  let text = '';
  const reporter = pauseTable((part) => (text += part), { columns, color });
  for (const event of events) reporter.handle(event);
  reporter.close();
  return text;
}

describe('pauseTable', () => {
  it('shows each condition with its interval, its difference and what it costs, and a plot', () => {
    expect(shown(run)).toBe(
      [
        'bad?[31m.jsonl',
        'tiny, pauses are "<pause>" after the prompt; 200 examples',
        'pauses  right    95% interval   vs 0        interval       p  verdict      detectable  tokens   time',
        '     0  50.5%  45.5% to 55.5%      -               -       -  -                     -    3.00  12 ms',
        '     8  85.0%  80.0% to 90.0%  +34.5  +20.0 to +47.0  <0.001  helps             12.0%    11.0  12 ms',
        '    16  50.5%  45.5% to 55.5%    0.0    -5.0 to +5.0   0.730  no evidence       12.0%    19.0  12 ms',
        '',
        '     0 │                                ├──●───┤',
        '     8 │                                                        ├───●──┤',
        '    16 │                                ├──●───┤',
        '       └───────────────────────────────────────────────────────────────────────',
        'pauses  0%                                50%                              100%',
        '',
        'vs 0: percentage points more than without pauses, on the same examples.',
        "McNemar's exact test, Newcombe's interval; p is Holm-adjusted, the interval of",
        '97.50%, over 2 comparisons: all verdicts hold together, at 0.05.',
        'detectable: the smallest difference that so many examples would have shown with',
        'a chance of 80%.',
        'tokens, time: of one example under this condition, beside the prefix that all',
        'share.',
        '',
      ].join('\n'),
    );
  });

  it('keeps to the width of a terminal, and to text without colour', () => {
    const narrow = shown(run, 40);
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    expect(narrow).not.toContain('\u001b');
    expect(shown(run, 100, true)).toContain('\u001b[32mhelps\u001b[39m');
  });

  it('has a table for each task and place, and says whether controls hold', () => {
    const control = (holds: boolean): RunEvent => ({ event: 'control', task, model: 'tiny', expected: 'helps', holds });
    const text = shown([
      ...run.slice(0, -1),
      condition(0, 0.5, { place: 'prepend' }),
      condition(0, 0.5, { thinking: 'aloud' }),
      control(true),
      control(false),
      end,
    ]);
    expect(text.match(/^pauses +right/gm)).toHaveLength(3);
    expect(text).toContain('in front of the prompt; 200 examples');
    expect(text).toContain('after the prompt, then it thinks aloud; 200 examples');
    expect(text).toMatch(/\nControls\nas it should be: .*\nWRONG: bad\?\[31m\.jsonl of tiny, pauses should help\n$/);
  });

  it('shows log-probabilities, where there are too few for an interval, too', () => {
    const nats = { metric: 'log-probability', interval: null } as const;
    const text = shown([condition(0, -3.25, nats), condition(1, -3.5, nats), end]);
    expect(text).toMatch(/^pauses +nats /m);
    expect(text).toMatch(/^ +0 +-3\.250 +- +- /m);
    expect(text).toContain('No comparison: there are too few examples.');
    expect(text).toMatch(/\npauses {2}-3\.500 +-3\.375 +-3\.250\n/);
    expect(shown([end])).toBe('');
  });
});

describe('pauseAccount', () => {
  it('tells of each task and of the whole run', () => {
    let text = '';
    const reporter = pauseAccount((part) => (text += part));
    reporter.handle({
      ...{ event: 'task-end', task, examples: 30, resumed: 10, skipped: 1, streamed: 2, tokens: 5000 },
      ...{ ended: 'interrupted', error: null },
    });
    reporter.handle(end);
    expect(text).toBe(
      'bad?[31m.jsonl: 30 examples, until interrupted, 10 from an earlier run, 1 bad line left out, ' +
        '2 longer than the context, streamed, 5,000 tokens evaluated\n' +
        '5,000 tokens evaluated in 1:01, peak memory 200 MB\n',
    );
  });
});
