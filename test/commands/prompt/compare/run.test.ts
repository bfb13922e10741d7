// Strategies compared with a chat that answers by a script: known accuracies come out, and only final answers count.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type {
  ExemplarRow,
  RunEvent,
  StrategiesEnd,
  StrategiesExample,
  StrategyRow,
} from '../../../../src/engine/events/events.js';
import { wordTaskNames } from '../../../../src/evaluation/tasks/generated.js';
import { usualFields, type TaskFormat } from '../../../../src/evaluation/tasks/json-task.js';
import type { ChatMessage } from '../../../../src/engine/models/chat.js';
import type { StrategyName } from '../../../../src/prompting/strategies.js';
import { OpenTask } from '../../../../src/commands/pause-eval/tasks.js';
import { chatCount } from '../../../../src/commands/prompt/build/target.js';
import { chatRespondent } from '../../../../src/commands/prompt/compare/asking.js';
import {
  noStrategyResults,
  openStrategyResults,
  type StrategyResults,
} from '../../../../src/commands/prompt/compare/results.js';
import { openShots, ownShots, type ShotsOptions } from '../../../../src/commands/prompt/compare/shots.js';
import { answerTask } from '../../../../src/commands/prompt/compare/strategy-task.js';
import { jsonLine } from '../../../../src/reporters/json.js';
import type { UnspoolError } from '../../../../src/errors.js';
import { checked } from '../../../support/schema.js';
import { countTokens, scriptedChat, type ScriptedChat } from '../../../support/scripted-chat.js';
import { inSession } from '../../../support/session.js';

const folder = mkdtempSync(join(tmpdir(), 'unspool-test-'));
const format: TaskFormat = { fields: usualFields, preset: undefined, marker: '' };
const model = { path: 'm', name: 'scripted', parameters: null, contextSize: 4096, vocabulary: null };

/** Question number i asks for i + 1. */
const lines = (count: number, more: object = {}): string =>
  Array.from(
    { length: count },
    (_, index) =>
      `${JSON.stringify({ prompt: `What is ${index} and one more?`, answer: String(index + 1), ...more })}\n`,
  ).join('');

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Wish {
  readonly strategies: readonly StrategyName[];
  readonly path: string;
  readonly chat: ScriptedChat;
  readonly shots?: ShotsOptions;
  readonly skipBad?: boolean;
  readonly count?: number;
  readonly results?: StrategyResults;
  readonly signal?: AbortSignal;
  readonly checksRoom?: boolean;
  readonly replyTokens?: number;
}

async function compare({ strategies, path, chat, signal = new AbortController().signal, ...wish }: Wish) {
  const shots = wish.shots ?? { count: 2, from: undefined };
  const own = ownShots(strategies, shots);
  const reading = {
    format,
    seed: 0,
    shots: own > 0 ? { count: own } : undefined,
    count: wish.count,
    skipBad: wish.skipBad ?? false,
    madeHere: wordTaskNames,
    signal,
  };
  const task = await OpenTask.open({ kind: 'file', source: path }, reading);
  const run = { strategies, exemplars: 2, pauses: 10, replyTokens: wish.replyTokens, temperature: 0, seed: 0 };
  const respondent = {
    ...{ ...chatRespondent(chat, wish.checksRoom === true ? await chatCount(chat) : undefined), summary: model },
    peakMemoryBytes: () => Promise.resolve(0),
  };
  const results = wish.results ?? noStrategyResults;
  const opened = await openShots(strategies, shots, task, reading);
  let failure: UnspoolError | undefined;
  const ran = await inSession(
    async (session) => {
      failure = await answerTask(session, { run, task, shots: opened, results, respondent });
    },
    { signal },
  );
  const events = checked(ran.events.map(jsonLine).join('')) as unknown as RunEvent[];
  const of = <Event extends RunEvent>(name: Event['event']): Event[] =>
    events.filter(({ event }) => event === name) as Event[];
  return {
    failure,
    rows: of<StrategyRow>('strategy-row'),
    exemplars: of<ExemplarRow>('exemplar-row'),
    examples: of<StrategiesExample>('strategies-example'),
    end: of<StrategiesEnd>('strategies-end')[0],
    shots: opened,
    warnings: of('warning'),
  };
}

function askedIn(messages: readonly ChatMessage[]): number {
  return Number(/What is (\d+) and one more\?(?![^]*What is)/.exec(messages.at(-1)?.text ?? '')?.[1]);
}

const thinks = (messages: readonly ChatMessage[]): boolean => messages.at(-1)?.text.includes('## Reasoning') === true;

describe('strategies on the same examples', () => {
  it('have the accuracies of the script, and the p-value of a binomial test', async () => {
    // 60% and 80% of 50: 4 are right by the first only, 14 by the second only.
    const chat = scriptedChat((messages) => {
      const asked = askedIn(messages);
      if (!thinks(messages)) return String(asked + (asked < 30 ? 1 : 2));
      const isRight = asked >= 4 && asked < 44;
      return `## Reasoning\n\nOne more than ${asked}; not 999.\n\n## Answer\n\n${asked + (isRight ? 1 : 2)}`;
    });
    const { rows, end, failure } = await compare({
      strategies: ['direct', 'zero-shot-cot'],
      path: file('fifty.jsonl', lines(50)),
      chat,
    });
    expect(failure).toBeUndefined();
    expect(rows).toMatchObject([
      { strategy: 'direct', examples: 50, right: 30, value: 0.6, difference: null, answered: 50, cut: 0 },
      { strategy: 'zero-shot-cot', right: 40, value: 0.8, difference: { value: 0.2, better: 14, worse: 4 } },
    ]);
    // As R's binom.test(4, 18): 2 (1 + 18 + 153 + 816 + 3060) / 2^18.
    expect(rows[1]?.difference?.pValue).toBeCloseTo((2 * 4048) / 2 ** 18, 12);
    expect(rows[1]?.difference?.verdict).toBe('helps');
    expect(end).toMatchObject({ examples: 50, resumed: 0, tooLong: 0, limit: null, ended: 'end', error: null });
    expect((end?.tokens.prompt ?? 0) + (end?.tokens.answer ?? 0)).toBe(chat.evaluated());
  });

  it('are judged by the final answer, never by a recalled problem, and recalled problems by themselves', async () => {
    const chat = scriptedChat((messages) => {
      const right = askedIn(messages) + 1;
      if (right === 1) return `## Problem 1\n\nWhat is 5 and 2?\n\n## Solution 1\n\n5 + 2 = 7. The answer is 1.`;
      return [
        '## Problem 1\n\nTom has 3 pears and gets 4. How many?\n\n## Solution 1\n\n3 + 4 = 7. The answer is 7.\n\n',
        `## Problem 2\n\nWhat is ${right - 1} and one more?\n\n## Solution 2\n\n5 * 5 = 24\n\n## Answer\n\n${right}\n\n`,
        `## Reasoning\n\nso\n\n## Answer\n\n${right === 2 ? 99 : right}`,
      ].join('');
    });
    const { rows, exemplars, examples } = await compare({
      strategies: ['direct', 'analogical'],
      path: file('three.jsonl', lines(3)),
      chat,
    });
    expect(examples.map(({ results }) => results[1]?.answer)).toEqual([null, '99', '3']);
    expect(rows[1]).toMatchObject({ right: 1, answered: 2 });
    expect(exemplars).toMatchObject([
      {
        strategy: 'analogical',
        replies: 3,
        asked: 2,
        complete: 2,
        recalled: 5,
        wellFormed: 5,
        repeated: 0,
        restated: 2,
        checked: 5,
        right: 2,
        equations: 5,
        holding: 3,
      },
    ]);
  });

  it('show the first examples of the task, which are not asked then, or those of a file', async () => {
    const shown: string[] = [];
    const chat = scriptedChat((messages) => {
      shown.push(messages.map(({ text }) => text).join('\n'));
      return '0';
    });
    const reasoned = file('reasoned.jsonl', lines(4, { reasoning: 'count on' }));
    const own = await compare({ strategies: ['direct', 'few-shot-cot'], path: reasoned, chat });
    expect(own.examples.map(({ expected }) => expected)).toEqual(['3', '4']);
    expect(shown[0]).not.toContain('What is 0');
    expect(shown[1]).toMatch(/What is 0 [^]*count on[^]*What is 1 [^]*count on[^]*What is 2 /);
    shown.length = 0;
    const shots = { count: 1, from: reasoned };
    const others = await compare({
      strategies: ['few-shot', 'retrieved-few-shot'],
      path: file('two.jsonl', lines(2)),
      chat,
      shots,
    });
    expect(others.examples.map(({ expected }) => expected)).toEqual(['1', '2']);
    // Not the question itself, which the file holds too.
    expect(shown[0]).toMatch(/What is 1 [^]*What is 0 /);
    await expect(
      compare({ strategies: ['direct', 'few-shot-cot'], path: file('bare.jsonl', lines(3)), chat }),
    ).rejects.toThrow('bare.jsonl: its examples have no reasoning, which few-shot-cot shows');
  });

  it('show as many of a file as it has, and leave out its bad lines where that is wished', async () => {
    const from = file('bad-shots.jsonl', `no JSON\n${lines(3)}`);
    const [path, chat] = [file('one.jsonl', lines(1)), scriptedChat(() => '1')];
    const strategies = ['direct', 'retrieved-few-shot'] as const;
    const { shots } = await compare({ strategies, path, chat, shots: { count: 9, from }, skipBad: true });
    expect(shots.count).toBe(3);
    expect(shots.warnings.map(({ message }) => message)).toEqual([
      `${from}: left out a line that is no example`,
      `${from}: has 3 of the 9 solved examples that --shots asks for`,
    ]);
    const usual = await compare({ strategies, path, chat, shots: { count: undefined, from }, skipBad: true });
    expect(usual.shots.warnings).toHaveLength(1);
    await expect(compare({ strategies, path, chat, shots: { count: 2, from } })).rejects.toMatchObject({
      message: `${from}:1: is no JSON`,
      hint: expect.stringContaining('--skip-bad') as string,
    });
    await expect(compare({ strategies, path: join(folder, 'parityy'), chat })).rejects.toMatchObject({
      hint: 'check the path; tasks made here are parity, modular-sum, multi-hop',
    });
  });

  it('leave out an example under all of them where one prompt does not fit, and fail where none fits', async () => {
    const long = `${JSON.stringify({ prompt: `${'word '.repeat(400)}What is 7 and one more?`, answer: '8' })}\n`;
    const path = file('long.jsonl', lines(1) + long + lines(1));
    const strategies = ['direct', 'zero-shot-cot'] as const;
    const chat = scriptedChat(() => '1', 400);
    const { rows, end, examples, warnings } = await compare({
      strategies,
      path,
      chat,
      checksRoom: true,
      replyTokens: 50,
    });
    expect(examples.map(({ results, tooLong }) => [results.length, tooLong?.strategy])).toEqual([
      [2, undefined],
      [0, 'direct'],
      [2, undefined],
    ]);
    expect([rows[0]?.examples, end?.examples, end?.tooLong, end?.limit]).toEqual([2, 2, 1, 'few']);
    expect(warnings).toMatchObject([
      {
        code: 'prompt-too-long',
        message: expect.stringContaining(
          'long.jsonl: left out what does not fit, example 2 first: direct: a prompt of',
        ) as string,
      },
    ]);
    const none = await compare({ strategies, path: file('many.jsonl', long.repeat(9)), chat, checksRoom: true });
    expect(none.failure?.message).toMatch(
      /many\.jsonl: no example fits: direct: a prompt of \d+ tokens and a reply of up to 64 are more than a context of 400$/,
    );
    expect([none.rows, none.examples.length]).toEqual([[], 5]);
  });

  it('have replies of half of what a small context leaves, say so once, and take what they are told', async () => {
    const limits: number[] = [];
    const chat = scriptedChat((_, { maxTokens }) => {
      limits.push(maxTokens);
      return '1';
    }, 500);
    const [strategies, path] = [['direct', 'zero-shot-cot'] as const, file('short.jsonl', lines(3))];
    const { warnings, rows } = await compare({ strategies, path, chat, checksRoom: true });
    const prompt = chat.asked[1]?.reduce((sum, { text }) => sum + countTokens(text), 0) ?? 0;
    const half = Math.floor((500 - 64 - prompt) / 2);
    expect(limits.slice(0, 2)).toEqual([64, half]);
    expect(rows).toMatchObject([{ examples: 3 }, { examples: 3 }]);
    expect(warnings).toMatchObject([
      {
        code: 'short-replies',
        message: expect.stringMatching(
          `short\\.jsonl: a reply by zero-shot-cot has ${half} tokens at most, not 512: `,
        ) as string,
      },
    ]);
    limits.length = 0;
    const told = await compare({ strategies, path, chat, checksRoom: true, replyTokens: 300 });
    expect([limits, told.warnings]).toEqual([Array(6).fill(300), []]);
  });

  it('go on from the results of an earlier run, and keep what was answered until an interruption', async () => {
    const path = file('ten.jsonl', lines(10));
    const kept = join(folder, 'kept.jsonl');
    const identity = { strategies: ['direct', 'few-shot'] };
    const abort = new AbortController();
    const answer = (messages: readonly ChatMessage[]): string => String(askedIn(messages) + 1);
    const cut = scriptedChat((messages) => {
      if (askedIn(messages) === 6) abort.abort();
      return answer(messages);
    });
    const strategies = ['direct', 'few-shot'] as const;
    const first = await compare({
      strategies,
      path,
      chat: cut,
      results: openStrategyResults(kept, identity),
      signal: abort.signal,
    });
    expect(first.end).toMatchObject({ examples: 4, ended: 'interrupted', error: null });
    expect(first.rows).toMatchObject([
      { examples: 4, right: 4 },
      { examples: 4, right: 4 },
    ]);
    expect(readFileSync(kept, 'utf8').trim().split('\n')).toHaveLength(5);
    const chat = scriptedChat(answer);
    const second = await compare({ strategies, path, chat, results: openStrategyResults(kept, identity) });
    expect(second.end).toMatchObject({ examples: 8, resumed: 4, ended: 'end' });
    expect(chat.asked).toHaveLength(8);
    expect(second.rows).toMatchObject([{ right: 8 }, { right: 8, difference: { pValue: 1 } }]);
  });

  it('ask again what an earlier run asked otherwise: an example that was edited, and all of them with other shots', async () => {
    const kept = join(folder, 'edited.jsonl');
    const strategies = ['direct', 'few-shot'] as const;
    const shots = { count: 2, from: file('shots.jsonl', lines(2)) };
    const run = async (text: string) => {
      const chat = scriptedChat((messages) => String(askedIn(messages) + 1));
      const results = openStrategyResults(kept, { strategies });
      const { end, rows } = await compare({ strategies, path: file('edited-task.jsonl', text), chat, shots, results });
      return { asked: chat.asked.length, resumed: end?.resumed, right: rows[0]?.right };
    };
    const [first = '', second = '', third = '', fourth = ''] = lines(6)
      .split(/(?<=\n)/)
      .slice(2);
    expect(await run(first + second + third)).toEqual({ asked: 6, resumed: 0, right: 3 });
    expect(await run(first + second.replace('"4"', '"5"') + third)).toEqual({ asked: 2, resumed: 2, right: 2 });
    // One that was put in moves the others, which stay what they are.
    expect(await run(fourth + first + third)).toEqual({ asked: 2, resumed: 2, right: 3 });
    writeFileSync(shots.from, lines(3).replace(/^.*\n/, ''));
    expect(await run(first + third)).toEqual({ asked: 4, resumed: 0, right: 2 });
  });

  it('keep what was answered before a failure', async () => {
    const chat = scriptedChat((messages) => {
      if (askedIn(messages) === 2) throw new Error('the server is gone');
      return '1';
    });
    const { failure, end, rows } = await compare({
      strategies: ['direct', 'zero-shot-cot'],
      path: file('gone.jsonl', lines(3)),
      chat,
    });
    expect(failure?.message).toContain('the server is gone');
    expect(end).toMatchObject({ examples: 2, ended: 'failed' });
    expect(rows).toMatchObject([{ examples: 2, right: 1 }, { examples: 2 }]);
  });
});
