// Prompts for base models: where their text ends, what is taken of what a model writes on, and how it is read.

import { describe, expect, it } from 'vitest';
import { writeText } from '../../../src/engine/models/text-answer.js';
import { answerPartsOf } from '../../../src/prompting/answers/parts.js';
import { buildPrompt } from '../../../src/prompting/building/build.js';
import type { StrategyName } from '../../../src/prompting/strategies.js';
import { textPrompt, type TextPrompt } from '../../../src/prompting/building/text-prompt.js';
import { beginning, fakeBackend } from '../../support/fake-backend.js';

function prompted(strategy: StrategyName): TextPrompt {
  const examples = [{ question: '1 + 1?', reasoning: 'Add.', answer: '2' }];
  const rest = { exemplarCount: 2, pauses: 3, documents: [], family: 'llama', format: 'plain' } as const;
  return textPrompt(buildPrompt({ strategy, question: '2 + 2?', examples, ...rest }), strategy);
}

/** What is taken of a text that a model would write: byte by byte, as it comes. */
async function taken(strategy: StrategyName, text: string, maxTokens = 200) {
  const { end, opening } = prompted(strategy);
  const letters = [...Buffer.from(text)];
  const backend = fakeBackend(undefined, undefined, () => (letters.shift() ?? -1) + 1);
  const prompt = Int32Array.from([beginning, ...Buffer.from('Question:')]);
  const sampling = { temperature: 0, topP: 1, minP: 0, seed: 0 };
  const { signal } = new AbortController();
  const written = await writeText({ backend, prompt, batch: 4, maxTokens, end, sampling, signal });
  expect(backend.peak).toBe(prompt.length + written.tokens - 1);
  return { ...written, text: opening + written.text };
}

describe('textPrompt', () => {
  it.each([
    ['direct', '\n\nQuestion: 2 + 2?\nAnswer:', ''],
    ['zero-shot-cot', '\n\nQuestion: 2 + 2?\nReasoning:', 'Reasoning:'],
    ['few-shot', 'Question: 1 + 1?\nAnswer: 2\n\nQuestion: 2 + 2?\nAnswer:', ''],
    ['few-shot-cot', 'Reasoning: Add.\nAnswer: 2\n\nQuestion: 2 + 2?\nReasoning:', 'Reasoning:'],
    ['analogical', '\n\nQuestion: 2 + 2?\nProblem 1:', 'Problem 1:'],
    ['analogical-tutorial', '\n\nQuestion: 2 + 2?\nTutorial:', 'Tutorial:'],
    ['pause-then-think', '\n\nQuestion: 2 + 2?\n\n. . .\nReasoning:', 'Reasoning:'],
  ] as const)('of %s ends where the reply begins', (strategy, end, opening) => {
    const prompt = prompted(strategy);
    expect(prompt.text.slice(-end.length)).toBe(end);
    expect(prompt.opening).toBe(opening);
  });
});

describe('what a base model writes on', () => {
  it('is an answer of one line, or one before its next question', async () => {
    expect(await taken('direct', ' \n 4 of them\nQuestion: 3 + 3?')).toMatchObject({
      text: ' \n 4 of them',
      ended: 'stop',
    });
    const reasoned = await taken('zero-shot-cot', ' Two and two.\nAnswer: 4\nQuestion: more?');
    expect(answerPartsOf(reasoned.text, true)).toMatchObject({ reasoning: 'Two and two.', answer: '4' });
    const unsaid = await taken('zero-shot-cot', ' Two.\n\nExample 2\nAnswer: 9');
    expect(answerPartsOf(unsaid.text, true)).toMatchObject({ reasoning: 'Two.', answer: undefined });
  });

  it('goes on behind the answers of recalled problems', async () => {
    const text =
      ' 1 + 2?\nSolution 1: 3\nAnswer: 3\nProblem 2: 2 + 3?\nSolution 2: 5\nReasoning: so\nAnswer: 4\nQuestion: x';
    const { exemplars, answer } = answerPartsOf((await taken('analogical', text)).text, true);
    expect(exemplars).toEqual([
      { problem: '1 + 2?', solution: '3\n3' },
      { problem: '2 + 3?', solution: '5' },
    ]);
    expect(answer).toBe('4');
  });

  it('is cut at as many tokens as it may have, ends where the model ends it, and has no terminal codes', async () => {
    expect(await taken('direct', ' 4 and so on', 5)).toEqual({ text: ' 4 an', tokens: 5, ended: 'length' });
    expect(await taken('direct', ' 4')).toEqual({ text: ' 4', tokens: 3, ended: 'stop' });
    expect((await taken('direct', ' \u001b[31m4')).text).toBe(' [31m4');
  });
});
