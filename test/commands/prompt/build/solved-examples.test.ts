// Solved examples for a prompt, from a file of them.

import { describe, expect, it } from 'vitest';
import { solvedExamples } from '../../../../src/commands/prompt/build/solved-examples.js';
import { usualFields } from '../../../../src/evaluation/tasks/json-task.js';
import type { StrategyName } from '../../../../src/prompting/strategies.js';
import { file } from '../../../support/cli.js';

const lines = [
  { prompt: 'How many pens are in 3 boxes of 4?', answer: '12', reasoning: '3 * 4 = 12' },
  { prompt: 'How many chairs are left of 20?', answer: '14', reasoning: '20 - 6 = 14' },
  { prompt: 'Which whale is white?', answer: 'Moby Dick' },
];
const path = file('shots.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
const format = { fields: usualFields, preset: undefined, marker: '' };
const { signal } = new AbortController();

async function questions(strategy: StrategyName, question: string, count: number): Promise<string[]> {
  const examples = await solvedExamples({ path, format, count }, strategy, question, signal);
  return examples.map((example) => example.question);
}

describe('solved examples', () => {
  it('are the first ones, or those most like the question with the most alike last', async () => {
    expect(await questions('few-shot', 'Who?', 2)).toEqual(lines.slice(0, 2).map(({ prompt }) => prompt));
    expect(await questions('retrieved-few-shot', 'Is a whale white, or are chairs?', 2)).toEqual([
      'How many chairs are left of 20?',
      'Which whale is white?',
    ]);
    expect(await questions('retrieved-few-shot', 'Who?', 2)).toHaveLength(2);
  });

  it('are never the question itself', async () => {
    expect(await questions('few-shot', 'Which whale is white?', 5)).toHaveLength(2);
  });

  it('need their reasoning where it is shown, and lines that are examples', async () => {
    const shown = solvedExamples({ path, format, count: 3 }, 'few-shot-cot', 'Who?', signal);
    await expect(shown).rejects.toThrow(/shots\.jsonl: its example 3 has no reasoning/);
    const bad = { format, count: 3, path: file('bad.jsonl', '{"prompt":"a"}\n') };
    await expect(solvedExamples(bad, 'few-shot', 'Who?', signal)).rejects.toThrow(/bad\.jsonl:1: has no "answer"/);
    const empty = { format, count: 3, path: file('empty.jsonl', '\n') };
    await expect(solvedExamples(empty, 'few-shot', 'Who?', signal)).rejects.toMatchObject({ code: 'no-examples' });
  });
});
