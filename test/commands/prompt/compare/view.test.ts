// Strategies for people: a table, what its figures are, what was recalled; and the account.

import { describe, expect, it } from 'vitest';
import type {
  ConditionDifference,
  ExemplarRow,
  RunEvent,
  StrategiesEnd,
  StrategiesStart,
  StrategyRow,
} from '../../../../src/engine/events/events.js';
import { csvFile } from '../../../../src/reporters/csv.js';
import { strategyAccount, strategyTable, strategyView } from '../../../../src/commands/prompt/compare/view.js';

const task = { index: 0, name: 'bad\u001b[31m.jsonl' };
const model = { path: '/m.gguf', name: 'tiny', parameters: 1000, contextSize: 4096, vocabulary: 260 };
const empty = { bytes: 0, lines: 0, skippedLines: 0, skippedBytes: 0, invalidBytes: 0, controlCharacters: 0 };

const start: StrategiesStart = {
  ...{ event: 'strategies-start', task, model, strategies: ['direct', 'analogical', 'few-shot'], asked: 'messages' },
  ...{ shots: 5, exemplars: 3, examples: 50 },
};
function row(strategy: string, right: number, difference: ConditionDifference | null): StrategyRow {
  return {
    ...{ event: 'strategy-row', task, model: 'tiny', strategy, examples: 50, right, value: right / 50 },
    ...{ interval: [0.4618, 0.7239], answered: 49, cut: 1, difference },
    cost: { promptTokens: 134.2, answerTokens: 12.75, seconds: 1.234 },
  };
}
const better: ConditionDifference = {
  ...{ value: 0.2, interval: [0.01, 0.37], level: 0.975, pValue: 0.0001, verdict: 'helps' },
  ...{ detectable: 0.261, better: 14, worse: 4 },
};
const none: ConditionDifference = { ...better, value: -0.02, pValue: 0.73, verdict: 'no evidence', detectable: null };
const exemplars: ExemplarRow = {
  ...{ event: 'exemplar-row', task, strategy: 'analogical', replies: 50, asked: 3, complete: 45, threshold: 0.7 },
  ...{
    recalled: 147,
    wellFormed: 145,
    repeated: 7,
    restated: 0,
    checked: 120,
    right: 100,
    equations: 300,
    holding: 299,
  },
};
const end: StrategiesEnd = {
  ...{ event: 'strategies-end', task, examples: 50, resumed: 3, skipped: 1, tooLong: 2 },
  ...{ tokens: { prompt: 12_345, answer: 678 }, limit: null, ended: 'end', error: null },
};
const runEnd: RunEvent = {
  ...{ event: 'run-end', status: 'done', error: null, seconds: 61, peakMemoryBytes: 2e8, documents: 1 },
  ...{ account: { ...empty, tokens: { read: 0, scored: 0, evicted: 0, inView: 0, skipped: 0 } }, perplexity: null },
};
const rows = [row('direct', 30, null), row('analogical', 40, better), row('few-shot', 29, none)];

function shown(events: readonly RunEvent[], columns = Infinity, color = false): string {
  let text = '';
  const reporter = strategyTable((part) => (text += part), { columns, color });
  for (const event of events) reporter.handle(event);
  reporter.close();
  return text;
}

describe('strategyTable', () => {
  it('shows each strategy, what its figures are, and what was recalled', () => {
    expect(shown([start, ...rows, exemplars, end, runEnd])).toBe(
      [
        'bad?[31m.jsonl',
        'tiny; 50 examples; few-shot strategies show 5 solved examples',
        'strategy    right    95% interval  vs direct       interval       p  verdict      detectable  answered  cut  tokens in   out   time',
        'direct      60.0%  46.2% to 72.4%          -              -       -  -                     -        49    1        134  12.8  1.2 s',
        'analogical  80.0%  46.2% to 72.4%      +20.0  +1.0 to +37.0  <0.001  better            26.1%        49    1        134  12.8  1.2 s',
        'few-shot    58.0%  46.2% to 72.4%       -2.0  +1.0 to +37.0   0.730  no evidence           -        49    1        134  12.8  1.2 s',
        '',
        "vs direct: percentage points more right answers, on the same examples. McNemar's",
        "exact test, Newcombe's interval; p is Holm-adjusted, the interval of 97.50%,",
        'over 2 comparisons: all verdicts hold together, at 0.05.',
        'detectable: the smallest difference that so many examples would have shown with',
        'a chance of 80%.',
        'answered: replies with a final answer; others are wrong. cut: replies that had',
        'no room to end.',
        'tokens in, out, time: of the prompt, written, and seconds, of one example.',
        '',
        'recalled by  problems  3 as asked       whole    distinct          new  equations hold       right',
        'analogical        147   90% of 50  99% of 147  95% of 147  100% of 147     >99% of 300  83% of 120',
        '',
        'as asked: replies with as many whole problems as asked for. whole: problems with',
        'a solution. distinct, new: problems whose words are not those of an earlier one,',
        'or of the question (ROUGE-L below 0.7).',
        'equations hold: of the equations of numbers in solutions. right: of the',
        'solutions with equations, those where all hold, and the answer that is named is',
        'the result of one.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['floor', /\n\nFloor: hardly any answer is right, whatever the strategy: nothing can be told\napart\. /],
    ['ceiling', /\n\nCeiling: hardly any answer is wrong, /],
    ['few', /\n\nToo few examples: /],
  ] as const)('says first that there is a limit: %s', (limit, message) => {
    expect(shown([start, ...rows, { ...end, limit }])).toMatch(message);
  });

  it('says of a base model how it was asked, keeps to the width, and has colours where they are seen', () => {
    const text = shown([{ ...start, asked: 'text', shots: null }, ...rows, end], 60, true);
    expect(text).toContain('tiny is a base model, without a chat template: it was given');
    expect(text).not.toContain('few-shot strategies show');
    expect(text).toContain('\u001b[32mbetter\u001b[39m');
    const widths = text.split('\n').map((line) => line.replaceAll(/\u001b\[\d+m/g, '').length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(60);
  });

  it('shows nothing where nothing was answered', () => {
    expect(shown([start, { ...end, examples: 0 }, runEnd])).toBe('');
  });
});

describe('strategyAccount', () => {
  it('counts examples, what was left out, and tokens', () => {
    let text = '';
    const account = strategyAccount((part) => (text += part));
    for (const event of [start, end, runEnd]) account.handle(event);
    expect(text).toBe(
      'bad?[31m.jsonl: 50 examples, 3 from an earlier run, 1 bad line left out, 2 left out, too long for the context\n' +
        '12,345 tokens read and 678 written in 1:01, peak memory 200 MB\n',
    );
  });
});

describe('csvFile', () => {
  it('has a row for each strategy', () => {
    let text = '';
    const reporter = csvFile((part) => (text += part), strategyView.csv ?? { columns: [], rowsOf: () => [] });
    for (const event of [start, ...rows.slice(0, 2), exemplars, end]) reporter.handle(event);
    const [header, first, second, ...others] = text.split('\r\n').map((line) => line.split(','));
    expect(header?.slice(3, 11)).toEqual([
      'strategy',
      'examples',
      'right',
      'value',
      'interval.from',
      'interval.to',
      'answered',
      'cut',
    ]);
    expect(first?.slice(3)).toEqual([
      'direct',
      '50',
      '30',
      '0.6',
      '0.4618',
      '0.7239',
      '49',
      '1',
      ...Array.from({ length: 9 }, () => ''),
      '134.2',
      '12.75',
      '1.234',
    ]);
    expect(second?.slice(11, 20)).toEqual(['0.2', '0.01', '0.37', '0.975', '0.0001', 'helps', '0.261', '14', '4']);
    expect(others).toEqual([['']]);
  });
});
