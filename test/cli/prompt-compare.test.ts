// unspool prompt compare, the real binary: on the bundled model, on an instruct model and on a server; and wrong usage.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StrategiesEnd, StrategiesExample, StrategiesStart, StrategyRow } from '../../src/engine/events/events.js';
import { file, start } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';
import { called } from '../support/session.js';
import { startStub } from '../support/stub-server.js';
import { instruct } from './rules/documents.js';

function eventsIn<Event extends { readonly event: string }>(stdout: string, name: Event['event']): Event[] {
  return checked(stdout).filter(({ event }) => event === name) as unknown as Event[];
}

const gsm8k = [
  [
    'A robe takes 2 bolts of blue fiber and half that much white fiber. How many bolts?',
    'It takes 2/2=<<2/2=1>>1 and 2.\n#### 3',
  ],
  ['Ann has 3 pears and buys 4. How many has she?', '3 + 4 = 7\n#### 7'],
  ['A box holds 5 cups. How many do 3 boxes hold?', '3 * 5 = 15\n#### 15'],
].map(([question, answer]) => `${JSON.stringify({ question, answer })}\n`);

describe('prompt compare', () => {
  it('asks a base model in plain text, says so, and goes on from earlier replies', async () => {
    const task = file('gsm8k.jsonl', gsm8k.join(''));
    const [csv, replies] = [`${task}.csv`, `${task}.replies`];
    const args = [
      'prompt',
      'compare',
      'direct,few-shot-cot,analogical',
      '--preset',
      'gsm8k',
      '--shots',
      '1',
      '--context',
      '1024',
    ];
    const files = ['--answer-tokens', '8', '--resume', replies, '--csv', csv, task];
    const first = await unspool([...args, '-v', ...files]);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /gsm8k\.jsonl\nunspool base; 2 examples; few-shot strategies show 1 solved example\nstrategy +right /,
    );
    expect(first.stdout).toMatch(/\n\nToo few examples: [^]*\nunspool base is a base model, without a chat template: /);
    expect(first.stdout).toMatch(/\nrecalled by +problems +3 as asked [^]*\nanalogical +\d+ +0% of 2 /);
    expect(first.stderr).toMatch(/context +1024 tokens, a prompt and its answer \(option\)/);
    expect(first.stderr).toMatch(/gsm8k\.jsonl: 2 examples\n[\d,]+ tokens read and \d+ written in /);
    expect(readFileSync(csv, 'utf8').trim().split('\r\n')).toHaveLength(4);
    const second = await unspool([...args, '--json', '--events', ...files]);
    expect(second.code).toBe(0);
    expect(eventsIn<StrategiesStart>(second.stdout, 'strategies-start')).toMatchObject([
      { asked: 'text', shots: 1, exemplars: 3 },
    ]);
    expect(eventsIn<StrategiesEnd>(second.stdout, 'strategies-end')).toMatchObject([
      { examples: 2, resumed: 2, tokens: { prompt: 0, answer: 0 }, limit: 'few' },
    ]);
    const [example] = eventsIn<StrategiesExample>(second.stdout, 'strategies-example');
    expect(example).toMatchObject({ example: 0, expected: '7' });
    expect(example?.results.map(({ strategy }) => strategy)).toEqual(['direct', 'few-shot-cot', 'analogical']);
    for (const { tokens, reply } of example?.results ?? []) {
      expect(tokens.answer).toBeLessThanOrEqual(8);
      expect(reply).not.toBe('');
    }
    const other = await unspool([...args, '--exemplars', '2', ...files]);
    expect([other.stdout, other.code]).toEqual(['', 1]);
    expect(other.stderr).toMatch(/gsm8k\.jsonl\.replies: is of another run: --exemplars 3, not 2 \(/);
  });

  it('asks an instruct model in messages, and prints what there is on SIGINT', async () => {
    const args = ['prompt', 'compare', 'direct,zero-shot-cot', '--model', instruct, '--answer-tokens', '4', 'parity'];
    const run = start([...args, '--json', '--events']);
    await run.shows('stdout', /"example":1,/);
    run.child.kill('SIGINT');
    const { stdout, stderr, code } = await run.result;
    expect(code).toBe(130);
    const examples = eventsIn<StrategiesExample>(stdout, 'strategies-example').length;
    expect(eventsIn<StrategiesStart>(stdout, 'strategies-start')).toMatchObject([{ asked: 'messages', examples: 200 }]);
    expect(eventsIn<StrategyRow>(stdout, 'strategy-row').map((row) => row.examples)).toEqual([examples, examples]);
    expect(eventsIn<StrategiesEnd>(stdout, 'strategies-end')).toMatchObject([
      { examples, ended: 'interrupted', error: null },
    ]);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted' });
    expect(stderr).toMatch(/parity: \d+ examples?, until interrupted\n.* interrupted after \d+:\d\d/);
  });

  it('asks a server, reads a task from standard input, and fails where nothing fits', async () => {
    const server = await startStub({ writes: 'yes', contextSize: 600 });
    const args = [
      'prompt',
      'compare',
      'direct,zero-shot-cot',
      '--server',
      server.url,
      '--answer-tokens',
      '3',
      '--json',
      '-',
    ];
    const task = '{"prompt": "Is it?", "answer": "Yes."}\n{"prompt": "Is it not?", "answer": "No."}\n';
    const { stdout, code } = await unspool(args, { input: task });
    expect(code).toBe(0);
    expect(eventsIn<StrategyRow>(stdout, 'strategy-row')).toMatchObject([
      { strategy: 'direct', right: 1, answered: 2, difference: null },
      { strategy: 'zero-shot-cot', right: 0, answered: 0, difference: { worse: 1, better: 0, pValue: 1 } },
    ]);
    const messages = server.requests
      .filter(({ path }) => path.endsWith('/chat/completions'))
      .map(({ body }) => body.messages);
    expect(messages).toHaveLength(4);
    expect(messages[0]).toMatchObject([{ role: 'user', content: expect.stringContaining('Is it?') as string }]);
    const results = file('compared.txt', 'old');
    const long = await unspool([...args, '--answer-tokens', '900', '-o', results], { input: task });
    expect([long.stdout, long.code, readFileSync(results, 'utf8')]).toEqual(['', 1, 'old']);
    expect(long.stderr).toMatch(
      /unspool: <stdin>: no example fits: direct: a prompt of \d+ tokens and a reply of up to 900 are more than a context of \d+ \(use a larger --context/,
    );
  });

  it.each([
    [['direct', 'parity'], /^one strategy is nothing to compare$/],
    [['direct,few-shot,direct', 'parity'], /^direct is named twice$/],
    [['direct, few-shot', 'copy'], /^copy has no words for a prompt$/],
    [['direct,best', 'parity'], /^there is no strategy "best"$/],
    [['direct,few-shot', ''], /^a task has no name$/],
    [['direct,few-shot', 'copy'], /^copy has no words for a prompt$/],
    [['direct,few-shot', '--exemplars', '3', 'parity'], /^--exemplars has no meaning with direct, few-shot$/],
    [['direct,analogical', '--shots', '3', 'parity'], /^--shots has no meaning with direct, analogical$/],
    [['direct,analogical', '--pauses', '3', 'parity'], /^--pauses has no meaning with direct, analogical$/],
    [['direct,retrieved-few-shot', 'parity'], /^retrieved-few-shot chooses among solved examples$/],
    [
      ['direct,few-shot', '--preset', 'gsm8k', '--field', 'answer=a', 'x'],
      /^--preset and --field say the same in two ways$/,
    ],
    [['direct,few-shot', '--skip-bad', 'parity'], /^--skip-bad has no meaning with parity$/],
    [['direct,few-shot', '--seed', '1', 'x.jsonl'], /^--seed has no meaning at temperature 0$/],
    [['direct,few-shot', '--server', 'a,b', 'x.jsonl'], /^prompt compare has one server reply$/],
    [['direct,few-shot', '--csv', 'r', '-o', 'r', 'x.jsonl'], /^-o and --csv name the same file$/],
  ])('refuses %j', async (args, message) => {
    await expect(called(['prompt', 'compare', ...args])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    });
  });

  it('takes options behind its name only', async () => {
    const { stdout, stderr, code } = await unspool(['prompt', '--json', 'compare', 'direct,few-shot', 'parity']);
    expect([stdout, stderr, code]).toEqual(['', 'unspool: --json stands in front of compare (write it behind)\n', 2]);
  });
});
