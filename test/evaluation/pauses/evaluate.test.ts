// One example under every condition, with a fake model: what it is given, what it costs, what is looked at.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PausePlacement } from '../../../src/engine/events/events.js';
import { evaluateExample, type Conditions } from '../../../src/evaluation/pauses/evaluate.js';
import { layoutOf } from '../../../src/evaluation/pauses/layout.js';
import { NoRoom } from '../../../src/evaluation/pauses/sequence.js';
import type { Example, ExampleQuestion } from '../../../src/evaluation/tasks/example.js';
import { beginning, byteVocabulary, fakeBackend, type FakeBackend } from '../../support/fake-backend.js';

/** A token that no text has. */
const pause = 300;
const bytes = (text: string): number[] => Array.from(Buffer.from(text), (byte) => byte + 1);
const pausesOf = (count: number): number[] => Array.from({ length: count }, () => pause);

function example(prompt: string, question: ExampleQuestion, marker = ''): Example {
  return { prompt, marker, question };
}

function evaluate(asked: Example, backend: FakeBackend, conditions: Partial<Conditions> = {}, capacity = 200) {
  return evaluateExample(asked, {
    backend,
    limits: { capacity, batch: 8 },
    conditions: {
      pause: Int32Array.of(pause),
      ...{ pauses: [0, 1, 5], places: ['append'], thinking: ['none'], by: 'sum', answerTokens: { none: 8, aloud: 40 } },
      ...conditions,
    },
    now: () => 0,
  });
}

const yesOrNo: ExampleQuestion = { kind: 'choices', choices: [' yes', ' no'], right: 1 };

describe('evaluateExample', () => {
  it('gives the model the prompt, the pauses and the answer, wherever the pauses go', async () => {
    const places: PausePlacement[] = ['append', 'prepend', 'before-answer'];
    const backend = fakeBackend();
    await evaluate(example('Is it?\nA:', { kind: 'target', target: 'ok' }, '\nA:'), backend, {
      pauses: [0, 2],
      places,
    });
    const seen = backend.seen.filter((_, index) => index % 2 === 0);
    const whole = bytes('Is it?\nA:');
    expect(seen).toEqual([
      [beginning, ...whole],
      [beginning, ...whole, ...pausesOf(2)],
      [beginning, ...whole],
      [beginning, ...pausesOf(2), ...whole],
      [beginning, ...whole],
      [beginning, ...bytes('Is it?'), ...pausesOf(2), ...bytes('\nA:')],
    ]);
    // Its second token is predicted after the first.
    expect(backend.seen[1]).toEqual([beginning, ...whole, ...bytes('o')]);
  });

  it('evaluates the prefix once, and for each condition its pauses and the answer', async () => {
    const backend = fakeBackend();
    const { prefixTokens, results } = await evaluate(example('Is it?', { kind: 'target', target: ' so' }), backend);
    // The beginning and six bytes; the last of them is evaluated with what it predicts.
    expect(prefixTokens).toBe(6);
    expect(results.map(({ pauses, tokens }) => [pauses, tokens])).toEqual([
      [0, 3],
      [1, 3 + 1],
      [5, 3 + 5],
    ]);
    const choices = await evaluate(example('Is it?', yesOrNo), fakeBackend());
    expect(choices.prefixTokens).toBe(6);
    expect(choices.results.map(({ tokens }) => tokens)).toEqual([4 + 3, 4 + 3 + 1, 4 + 3 + 5]);
    const written = await evaluate(
      example('Is it?', { kind: 'answer', answer: 'a' }),
      fakeBackend(undefined, undefined, (cells) => (cells.at(-1) === bytes('a')[0] ? beginning : (bytes('a')[0] ?? 0))),
    );
    // Two tokens: what it writes, and what tells it that this is all.
    expect(written.results.map(({ tokens, score }) => [tokens, score])).toEqual([
      [2, 1],
      [3, 1],
      [7, 1],
    ]);
  });

  it('repeats the tokens of a text that fills, so that M is M', async () => {
    const backend = fakeBackend();
    const filler = Int32Array.from(bytes('..'));
    await evaluate(example('a', { kind: 'target', target: 'b' }), backend, { pause: filler, pauses: [0, 3] });
    expect(backend.seen[1]).toEqual([beginning, ...bytes('a......')]);
  });

  it('without pauses is the same as an evaluation without anything about pauses', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== ''),
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 }),
        async (prompt, choices) => {
          // Depends on every cell and its place.
          const score = (cells: readonly number[], target: number): number =>
            (cells.reduce((sum, cell, index) => (sum * 31 + cell * (index + 1)) % 1009, 7) + target) / 100;
          const asked = example(prompt, { kind: 'choices', choices, right: 0 });
          const { results } = await evaluate(asked, fakeBackend(score), { pauses: [0, 1, 4] });
          const plain = choices.map((choice) => {
            const all = [beginning, ...bytes(prompt + choice)];
            const from = 1 + bytes(prompt.trimEnd()).length;
            return all.slice(from).reduce((sum, target, at) => {
              return sum - Math.fround(score(all.slice(0, from + at), target));
            }, 0);
          });
          results[0]?.logProbabilities.forEach((value, index) => {
            expect(value).toBeCloseTo(plain[index] ?? 0, 9);
          });
          expect(results[0]?.logProbabilities).toHaveLength(choices.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('looks at nothing that the model says at a pause but the last', async () => {
    // At the first pause it would end the text, and after the last it writes the answer.
    const choose = (cells: readonly number[]): number => {
      const since = cells.length - cells.indexOf(pause);
      if (cells.at(-1) === pause) return since === 1 ? beginning : (bytes('R')[0] ?? 0);
      return cells.at(-1) === bytes('R')[0] ? beginning : (bytes('W')[0] ?? 0);
    };
    const asked = example('?', { kind: 'answer', answer: 'R' });
    const { results } = await evaluate(asked, fakeBackend(undefined, undefined, choose), { pauses: [0, 1, 2, 7] });
    expect(results.map(({ pauses, answer, score }) => [pauses, answer, score])).toEqual([
      [0, 'WWWWWWWW', 0],
      [1, '', 0],
      [2, 'R', 1],
      [7, 'R', 1],
    ]);
  });

  it('thinks aloud after its pauses, and answers at the end', async () => {
    const thoughts = 'One and one. The answer is 7.\nQ: More';
    // Writes the thoughts letter by letter, wherever the prompt ends.
    let at = 0;
    const backend = fakeBackend(undefined, undefined, () => bytes(thoughts)[at++ % thoughts.length] ?? 0);
    const asked = example('Q: 1?\nA:', { kind: 'answer', answer: '7' }, '\nA:');
    const run = async (place: PausePlacement) => {
      at = 0;
      backend.seen.length = 0;
      const { results } = await evaluate(asked, backend, { thinking: ['aloud'], places: [place], pauses: [2] });
      return { result: results[0], prompt: backend.seen[0] };
    };
    const append = await run('append');
    expect(append.result).toMatchObject({ thinking: 'aloud', answer: '7.', score: 1 });
    const invitation = " Let's think step by step.";
    expect(append.prompt).toEqual([beginning, ...bytes(`Q: 1?\nA:${invitation}`), ...pausesOf(2)]);
    const before = await run('before-answer');
    expect(before.prompt).toEqual([beginning, ...bytes('Q: 1?'), ...pausesOf(2), ...bytes(`\nA:${invitation}`)]);
    expect(before.result?.score).toBe(1);
  });

  it('takes the likeliest choice, by its sum or by byte of its text', async () => {
    // Every token costs a nat: the shorter choice is the likelier one, and by byte without the space they are close.
    const asked = example('Is it?', { kind: 'choices', choices: [' a', ' abcdefgh'], right: 1 });
    const [sum] = (
      await evaluate(
        asked,
        fakeBackend(() => 1),
        { pauses: [0, 1] },
      )
    ).results;
    expect(sum).toMatchObject({ score: 0, answer: ' a', logProbabilities: [-2, -9] });
    const [byByte] = (
      await evaluate(
        asked,
        fakeBackend(() => 1),
        { pauses: [0, 1], by: 'byte' },
      )
    ).results;
    expect(byByte).toMatchObject({ score: 1, answer: ' abcdefgh', logProbabilities: [-2, -9] });
    const reference = example('Is it?', { kind: 'target', target: ' yes' });
    const [target] = (
      await evaluate(
        reference,
        fakeBackend(() => 1),
        { pauses: [0, 1], by: 'byte' },
      )
    ).results;
    expect(target).toMatchObject({ score: -4 / 3, answer: null });
  });

  it('streams a prompt that is longer than the cache, with sinks, and keeps room for pauses and answer', async () => {
    const backend = fakeBackend();
    const prompt = 'The beginning. '.repeat(20).trim();
    for (const place of ['append', 'prepend', 'before-answer'] as const) {
      const evaluated = await evaluate(example(prompt, yesOrNo, '.'), backend, { places: [place] }, 48);
      expect(evaluated.streamed).toBe(true);
      expect(evaluated.results).toHaveLength(3);
    }
    expect(backend.peak).toBeLessThanOrEqual(48);
    for (const cells of backend.seen) expect(cells[0]).toBe(beginning);
    expect(backend.seen[0]?.slice(0, 4)).toEqual([beginning, ...bytes('The')]);
    expect((await evaluate(example('Short.', yesOrNo), backend, {}, 48)).streamed).toBe(false);
  });

  it('refuses what leaves no room for a prompt', async () => {
    const asked = example('A prompt of some length, which is not long at all.', yesOrNo);
    await expect(evaluate(asked, fakeBackend(), { pauses: [0, 40] }, 48)).rejects.toThrow(NoRoom);
  });

  it('rejects where the model fails', async () => {
    const backend = { ...fakeBackend(), decode: () => Promise.reject(new Error('broken')) };
    await expect(evaluate(example('Is it?', yesOrNo), backend)).rejects.toThrow('broken');
  });
});

describe('layoutOf', () => {
  it('puts pauses before a token that spans the place, so that the prompt stays as it is', async () => {
    const vocabulary = {
      ...byteVocabulary(),
      // "=A" is one token.
      tokenize: (text: string) => Int32Array.from(text.replaceAll('=A', '#'), (letter) => letter.charCodeAt(0)),
    };
    const asked = example('x=A', yesOrNo, 'A');
    const { before, after } = await layoutOf(asked, 'before-answer', vocabulary);
    expect([[...before], [...after]]).toEqual([[beginning, 120], [35]]);
  });
});
