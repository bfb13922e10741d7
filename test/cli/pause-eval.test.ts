// unspool pause-eval, the real binary: its controls, its files, and what is wrong on the command line or in a task.

import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../src/backends/local/open-model.js';
import { bundledModel } from '../../src/commands/options/model.js';
import type { Condition, ExampleResult, TaskEnd } from '../../src/engine/events/events.js';
import { evaluateExample, type Conditions } from '../../src/evaluation/pauses/evaluate.js';
import { isExample } from '../../src/evaluation/tasks/example.js';
import { generatedTask } from '../../src/evaluation/tasks/generated.js';
import { file, root, shell, start } from '../support/cli.js';
import { unspool } from '../support/in-process.js';
import { checked } from '../support/schema.js';

function events<Event extends { readonly event: string }>(stdout: string, name: Event['event']): Event[] {
  return checked(stdout).filter(({ event }) => event === name) as unknown as Event[];
}

const lines = (...examples: object[]): string => examples.map((each) => `${JSON.stringify(each)}\n`).join('');

describe('a choice', () => {
  it('has the log-probability of a calculation without llama.cpp', async () => {
    const { items } = JSON.parse(readFileSync(`${root}fixtures/expected/choices.json`, 'utf8')) as {
      items: number[][];
    };
    const model = await openModel({ path: bundledModel, threads: 1 });
    const backend = await model.createBackend(256, 256);
    const conditions: Conditions = {
      pause: Int32Array.of(3),
      pauses: [0],
      places: ['append'],
      thinking: ['none'],
      by: 'sum',
      answerTokens: { none: 1, aloud: 1 },
    };
    const limits = { capacity: 256, batch: 256 };
    let item = 0;
    for await (const example of generatedTask('multi-hop', 0).examples()) {
      const expected = items[item];
      if (expected === undefined || !isExample(example)) break;
      const { results } = await evaluateExample(example, { backend, limits, conditions, now: () => 0 });
      // llama.cpp keeps keys and values in 16 bits; the reference computes in 64.
      results[0]?.logProbabilities.forEach((value, index) => {
        expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThan(0.01);
      });
      item += 1;
    }
    await model.dispose();
    expect(item).toBe(20);
  });
});

describe('unspool pause-eval', () => {
  it('goes on from the results of an earlier run, and ends as one run would', async () => {
    const results = file('results.jsonl', '');
    const args = ['pause-eval', 'copy', 'shifted-parity', '--pauses', '1,8', '--seed', '5', '-q', '--json', '--events'];
    // A file that is there and is no such file is left alone.
    const refused = await unspool([...args, '--resume', results]);
    expect([refused.code, statSync(results).size]).toEqual([1, 0]);
    const path = `${results}.new`;
    const first = await unspool([...args, '--count', '4', '--resume', path]);
    expect(first.code).toBe(0);
    const cut = readFileSync(path, 'utf8').slice(0, -40);
    writeFileSync(path, cut);
    const second = await unspool([...args, '--count', '12', '--resume', path]);
    const whole = await unspool([...args, '--count', '12']);
    const resumed = events<TaskEnd>(second.stdout, 'task-end').map((end) => [end.examples, end.resumed]);
    // The last of the first run's was cut off.
    expect(resumed).toEqual([
      [12, 4],
      [12, 3],
    ]);
    const figures = (stdout: string): unknown[] =>
      events<Condition>(stdout, 'condition').map(({ cost: { tokens }, ...rest }) => ({ ...rest, tokens }));
    expect(figures(second.stdout)).toEqual(figures(whole.stdout));
    const scores = (stdout: string): unknown[] =>
      events<ExampleResult>(stdout, 'example').map(({ results }) => results.map((each) => each.logProbabilities));
    expect(scores(second.stdout)).toEqual(scores(whole.stdout));
    const other = await unspool([...args, '--count', '12', '--place', 'append', '--resume', path]);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/results\.jsonl\.new: is of another run: places was not given \(/);
  });

  it('without pauses is the same whatever it is compared with', async () => {
    const plain = async (...more: string[]): Promise<unknown[]> => {
      const { stdout } = await unspool(['pause-eval', 'multi-hop', '--count', '3', '--json', '--events', ...more]);
      return events<ExampleResult>(stdout, 'example').map(({ results }) => results[0]?.logProbabilities);
    };
    const with7 = await plain('--pauses', '7');
    expect(with7).toHaveLength(3);
    expect(await plain('--filler', ' ...', '--place', 'before-answer', '--pauses', '1,2')).toEqual(with7);
  });

  it('prints what there is on SIGINT, and exits 130', async () => {
    const run = start(['pause-eval', 'copy', '--count', '1000000', '--json', '--events']);
    await run.shows('stdout', /"example":2,/);
    run.child.kill('SIGINT');
    const { stdout, stderr, code } = await run.result;
    expect(code).toBe(130);
    const examples = events(stdout, 'example').length;
    const [condition] = events<Condition>(stdout, 'condition');
    expect(condition).toMatchObject({ pauses: 0, examples, value: 1 });
    expect(events(stdout, 'task-end')).toMatchObject([{ examples, ended: 'interrupted', error: null }]);
    expect(checked(stdout).at(-1)).toMatchObject({ event: 'run-end', status: 'interrupted' });
    expect(stderr).toMatch(/^copy: \d+ examples?, until interrupted, .*\n.* interrupted after \d+:\d\d/);
  });

  it('ends on SIGINT while a pipe has sent nothing yet', async () => {
    const results = file('silent.txt', 'old');
    const run = start(['pause-eval', '-o', results, '-'], { input: '', silent: true });
    // The file beside it says that the run has begun.
    while (!readdirSync(dirname(results)).some((name) => name.startsWith('silent.txt') && name.endsWith('.tmp'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    run.child.kill('SIGINT');
    const { stdout, stderr, code } = await run.result;
    expect([stdout, code]).toEqual(['', 130]);
    expect(stderr).toMatch(/^0 tokens evaluated interrupted after \d+:\d\d, /);
    expect(readFileSync(results, 'utf8')).toBe('old');
  });

  it('reads standard input, answers in writing, and counts lines that are left out', async () => {
    const task = `${lines({ prompt: 'Once upon', answer: 'a time' })}{"prompt": 1}\nnothing\n${lines({ prompt: 'Call me', answer: 'x' })}`;
    const args = ['pause-eval', '--skip-bad', '--pauses', '2', '--answer-tokens', '2', '--thinking', 'none,aloud'];
    const { stdout, stderr, code } = await unspool([...args, '--json', '--events', '-'], { input: task });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^<stdin>: 2 examples, 2 bad lines left out, \d+ tokens evaluated$/m);
    const [first] = events<ExampleResult>(stdout, 'example');
    expect(first?.results.map(({ thinking, pauses }) => [thinking, pauses])).toEqual([
      ['none', 0],
      ['none', 2],
      ['aloud', 0],
      ['aloud', 2],
    ]);
    for (const { answer, logProbabilities } of first?.results ?? []) {
      expect(answer).not.toBeNull();
      expect(logProbabilities).toEqual([]);
    }
    expect(events<Condition>(stdout, 'condition').map(({ metric, examples }) => [metric, examples])).toEqual(
      Array.from({ length: 4 }, () => ['accuracy', 2]),
    );
  });

  it('streams a prompt that is longer than the context, and says so; what has no room fails', async () => {
    const prompt = 'It was a long way to the sea, and nobody knew the road. '.repeat(12).trim();
    const task = file('long.jsonl', lines({ prompt: 'Short.', target: ' So' }, { prompt, target: ' It was' }));
    const args = ['pause-eval', '--context', '64', '--json', task];
    const { stdout, stderr, code } = await unspool([...args, '--pauses', '4']);
    expect(code).toBe(0);
    expect(events<TaskEnd>(stdout, 'task-end')).toMatchObject([{ examples: 2, streamed: 1 }]);
    expect(stderr).toContain('long.jsonl: example 2 is longer than the context of 64 tokens: streamed, with sinks (');
    const full = await unspool([...args, '--pauses', '60']);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(
      /example 1 with 60 pauses does not fit a context of 64 tokens \(use a larger --context/,
    );
  });

  it('names the line of a task that is no example, and keeps what it had until then', async () => {
    const bad = file('bad.jsonl', `${lines({ prompt: 'a', choices: ['b', 'c'], answer: 'b' })}{"prompt": "a"\n`);
    const { stdout, stderr, code } = await unspool(['pause-eval', '--pauses', '1', bad]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /bad\.jsonl\nunspool base, pauses are "<pause>" after the prompt; 1 example\npauses +right /,
    );
    expect(stderr).toMatch(/^\S+bad\.jsonl: 1 example, then it failed, /);
    expect(stderr).toMatch(
      /unspool: \S+bad\.jsonl:2: is no JSON \(mend the line, or leave such lines out with --skip-bad\)\n$/,
    );
  });

  it.each<[what: string, args: string[], message: RegExp]>([
    ['no such task', ['nosuch'], /^nosuch: no such file \(check the path; tasks made here are shifted-parity, /],
    ['a task without examples', [file('none.jsonl', '\n')], /none\.jsonl: has no examples \(/],
    ['examples in front of a fixed format', ['--shots', '2', 'copy'], /^copy takes no examples in front /],
    ['no such token', ['--pause-token', '<wait>', 'copy'], /^pause-control has no token <wait> \(/],
    [
      'no marker',
      ['--place', 'before-answer', file('plain.jsonl', lines({ prompt: 'a', target: 'b' }))],
      /plain\.jsonl: example 1 has no marker for --place before-answer \(say with --marker /,
    ],
    ['no text to think', ['--thinking', 'aloud', 'parity'], /^parity: example 1 has no answer that the model writes/],
    [
      'a file that cannot be written',
      ['--resume', '/nowhere/r.jsonl', 'copy'],
      /^\/nowhere\/r\.jsonl: cannot be written: /,
    ],
  ])('says in one line what is wrong with %s', async (_, args, message) => {
    const { stdout, stderr, code } = await unspool(['pause-eval', '-q', ...args]);
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toMatch(/^unspool: [^\n]+\n$/);
    expect(stderr.slice('unspool: '.length)).toMatch(message);
  });

  it.each([
    [['--pauses', '1,2'], '--pauses has no meaning without a task (name one: unspool pause-eval --help lists them)'],
    [['--model', 'x.gguf'], '--model has no meaning without a task (name one: unspool pause-eval --help lists them)'],
    [
      ['copy', '--filler', '.', '--pause-token', 'x'],
      '--pause-token and --filler say the same in two ways (give one of them)',
    ],
    [
      ['copy', '--shots', '1', '--shots-from', 'x'],
      '--shots and --shots-from say the same in two ways (give one of them)',
    ],
    [['-', '-'], 'standard input (-) can be read once only'],
    [[''], 'a task has no name (is a variable of the shell empty?)'],
    [['copy', '--events'], '--events needs --json'],
  ])('refuses %j', async (args, message) => {
    const { stdout, stderr, code } = await unspool(['pause-eval', ...args]);
    expect([stdout, stderr, code]).toEqual(['', `unspool: ${message}\n`, 2]);
  });

  it('takes options of its own into account: shots, fields, files beside the results', async () => {
    const task = file('fields.jsonl', lines({ q: 'A?', a: ' b' }, { q: 'C?', a: ' d' }, { q: 'E?', a: ' f' }));
    const [csv, pictures, results] = ['rows.csv', 'pictures', 'results.txt'].map((name) => `${task}.${name}`) as [
      string,
      string,
      string,
    ];
    const args = ['--field', 'prompt=q,target=a', '--shots', '1', '--score', 'byte', '--pauses', '3', '--csv', csv];
    const { stdout, code } = await unspool(['pause-eval', ...args, '--svg', pictures, '-o', results, '-q', task]);
    expect([stdout, code]).toEqual(['', 0]);
    expect(readFileSync(results, 'utf8')).toMatch(/fields\.jsonl\nunspool base, .*; 2 examples\npauses +nats /);
    const rows = readFileSync(csv, 'utf8').trim().split('\r\n');
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatch(/^0,\S+fields\.jsonl,unspool base,append,none,0,log-probability,2,-/);
    expect(readFileSync(`${pictures}/pauses.svg`, 'utf8')).toMatch(/^<\?xml .*\n<svg /);
  });

  it('ends as usual where its reader has left, and fails where its output is full', async () => {
    const { stdout, stderr } = await shell(
      'unspool pause-eval copy --count 3 -q --json | true; echo "${PIPESTATUS[0]}"',
    );
    expect([stdout, stderr]).toEqual(['0\n', '']);
    // A model that is set once for all is not meant for the control's tasks.
    const environment = { UNSPOOL_MODEL: bundledModel };
    const full = await shell('unspool pause-eval copy --count 3 --pauses 1 -q > /dev/full', { environment });
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/^unspool: standard output: cannot be written: ENOSPC[^\n]*\n$/);
    const control = await shell('unspool pause-eval copy --count 3 --pauses 1 -q', { environment });
    expect(control.stdout).toMatch(/^copy\npause-control, /);
  });
});
