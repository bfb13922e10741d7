// Tasks that are made and tasks that are read: what they ask, and what is wrong with what is no example.

import { describe, expect, it } from 'vitest';
import {
  isExample,
  solvedPrompt,
  withShots,
  type BadExample,
  type Example,
  type Task,
} from '../../../src/evaluation/tasks/example.js';
import { questionAndAnswerOf } from '../../../src/evaluation/tasks/question-and-answer.js';
import { generatedTask, generatedTaskNames, type GeneratedTaskName } from '../../../src/evaluation/tasks/generated.js';
import { badLine, jsonTask, usualFields, type TaskFormat } from '../../../src/evaluation/tasks/json-task.js';
import { documentOf } from '../../support/documents.js';

async function some(task: Task, count: number): Promise<(Example | BadExample)[]> {
  const items: (Example | BadExample)[] = [];
  for await (const item of task.examples()) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
}

async function made(name: GeneratedTaskName, count: number, seed = 0): Promise<Example[]> {
  return (await some(generatedTask(name, seed), count)).filter(isExample);
}

function chosen({ question }: Example): string {
  return question.kind === 'choices' ? (question.choices[question.right] ?? '') : '';
}

describe('a task that is made', () => {
  it.each(generatedTaskNames)('%s is the same for the same seed, and another for another', async (name) => {
    const examples = await made(name, 50);
    expect(await made(name, 50)).toEqual(examples);
    expect(await made(name, 50, 1)).not.toEqual(examples);
    for (const example of examples) {
      expect(example.prompt.endsWith(example.marker)).toBe(true);
      expect(chosen(example)).not.toBe('');
    }
    // No answer is right by habit.
    expect(new Set(examples.map(chosen)).size).toBeGreaterThan(1);
  });

  it('asks for the shifted parity and the first bit, in the format of the control model', async () => {
    const format = /^[PC]([01]{1,8})(\.*)([01]{15})([a-h])=$/;
    for (const { prompt, question } of await made('shifted-parity', 200)) {
      const [, x = '', pad = '', y = '', shift = ''] = format.exec(prompt) ?? [];
      expect(x.length + pad.length).toBe(8);
      const pairs = Array.from(x, (bit, index) => Number(bit) ^ Number(y[index + shift.charCodeAt(0) - 97]));
      const parity = pairs.reduce((sum, odd) => sum ^ odd, 0);
      expect(question).toEqual({ kind: 'choices', choices: ['0', '1'], right: parity });
    }
    for (const { prompt, question } of await made('copy', 50)) {
      expect(format.exec(prompt)?.[1]?.[0]).toBe(String(question.kind === 'choices' ? question.right : ''));
    }
  });

  it('counts, adds and follows in words', async () => {
    for (const example of await made('parity', 50)) {
      const ones = example.prompt.match(/\b1\b/g)?.length ?? 0;
      expect(chosen(example)).toBe(ones % 2 === 0 ? ' even' : ' odd');
    }
    for (const example of await made('modular-sum', 50)) {
      const [, sum = ''] = /of (.*) divided by 5/.exec(example.prompt) ?? [];
      expect(chosen(example)).toBe(` ${sum.split(' + ').reduce((total, each) => total + Number(each), 0) % 5}`);
    }
    for (const example of await made('multi-hop', 50)) {
      const next = new Map(
        [...example.prompt.matchAll(/(\w+) gives the letter to (\w+)\./g)].map(([, a, b]) => [a, b]),
      );
      const [, first, hops] = /(\w+) starts with the letter\. Who has it after (\d) turns/.exec(example.prompt) ?? [];
      let holder = first;
      for (let hop = 0; hop < Number(hops); hop += 1) holder = next.get(holder);
      expect(chosen(example)).toBe(` ${holder ?? ''}`);
    }
  });
});

const plain: TaskFormat = { fields: usualFields, preset: undefined, marker: '' };

function read(text: string, format = plain): Promise<(Example | BadExample)[]> {
  return some(jsonTask(documentOf(text), format), Infinity);
}

describe('a task of JSON lines', () => {
  it('has choices, references and answers', async () => {
    const lines = [
      '{"prompt": "Is it?", "choices": [" yes", " no"], "answer": "no"}',
      '',
      '{"prompt": "Once", "target": " upon a time", "extra": 1}',
      '{"prompt": "1 + 1 =", "answer": 2, "marker": "="}',
    ];
    expect(await read(lines.join('\r\n'))).toEqual([
      { prompt: 'Is it?', marker: '', question: { kind: 'choices', choices: [' yes', ' no'], right: 1 } },
      { prompt: 'Once', marker: '', question: { kind: 'target', target: ' upon a time' } },
      { prompt: '1 + 1 =', marker: '=', question: { kind: 'answer', answer: '2' } },
    ]);
  });

  it('has fields of other names', async () => {
    const fields = { ...usualFields, prompt: 'input', target: 'output' };
    expect(await read('{"input": "a", "output": "b"}', { ...plain, fields })).toMatchObject([
      { prompt: 'a', question: { kind: 'target', target: 'b' } },
    ]);
  });

  it.each([
    ['{"prompt": "a", "answer": "b"', 'is no JSON'],
    ['["a"]', 'is no JSON object'],
    ['{"answer": "b"}', 'has no "prompt" text'],
    ['{"prompt": "a"}', 'has no "answer"'],
    ['{"prompt": "a", "choices": ["b", "c"]}', 'has no "answer"'],
    ['{"prompt": "a", "choices": ["b"], "answer": "b"}', 'its choices are no list of two texts or more'],
    ['{"prompt": "a", "choices": ["b", "c", "b"], "answer": "b"}', 'has a choice twice'],
    ['{"prompt": "a", "choices": ["b", "c"], "answer": "d"}', 'its answer "d" is none of its choices'],
    ['{"prompt": "a", "target": "b", "answer": "b"}', 'has a target beside an answer: give one of them'],
    ['{"prompt": "a", "target": 7}', 'its target is no text'],
    ['{"prompt": "a", "answer": "b", "marker": "="}', 'its prompt does not end in the marker "="'],
  ])('says of %s with its line: %s', async (line, problem) => {
    const items = await read(`{"prompt": "a", "answer": "b"}\n${line}\n{"prompt": "c", "answer": "d"}`);
    expect(items).toHaveLength(3);
    expect(items[1]).toEqual({ problem, line: 2 });
    const error = badLine('task.jsonl', items[1] as BadExample);
    expect(error.message).toBe(`task.jsonl:2: ${problem}`);
    expect(error.hint).toContain('--skip-bad');
  });

  it('reads known benchmarks', async () => {
    const gsm8k = JSON.stringify({ question: 'How many?', answer: 'It is 2+2=<<2+2=4>>4.\n#### 1,234' });
    expect(await read(gsm8k, { ...plain, preset: 'gsm8k' })).toEqual([
      {
        ...{ prompt: 'Q: How many?\nA:', marker: '\nA:', question: { kind: 'answer', answer: '1,234' } },
        reasoning: 'It is 2+2=4.',
      },
    ]);
    const choices = [
      { label: 'A', text: 'bank' },
      { label: 'B', text: 'new york' },
    ];
    const commonsense = JSON.stringify({ answerKey: 'B', question: { stem: 'Where?', choices } });
    expect(await read(commonsense, { ...plain, preset: 'commonsenseqa' })).toEqual([
      {
        ...{ prompt: 'Q: Where?\nA:', marker: '\nA:' },
        question: { kind: 'choices', choices: [' bank', ' new york'], right: 1 },
      },
    ]);
    const examples = [
      { input: 'not True is', target: 'False' },
      { input: 'Which?\nOptions:\n(A) one\n(B) two', target: '(B)' },
      { input: 'Which?' },
      { input: 'Sort: b a', target: 'a b', reasoning: 'a is first' },
    ];
    expect(await read(JSON.stringify({ canary: 'x', examples }), { ...plain, preset: 'big-bench-hard' })).toEqual([
      { prompt: 'Q: not True is\nA:', marker: '\nA:', question: { kind: 'answer', answer: 'False' } },
      {
        ...{ prompt: 'Q: Which?\nOptions:\n(A) one\n(B) two\nA:', marker: '\nA:' },
        question: { kind: 'choices', choices: [' (A)', ' (B)'], right: 1 },
      },
      { problem: 'has an example without "input" and "target"', line: 1 },
      {
        ...{ prompt: 'Q: Sort: b a\nA:', marker: '\nA:', reasoning: 'a is first' },
        question: { kind: 'answer', answer: 'a b' },
      },
    ]);
    expect(await read('{"question": "a"}', { ...plain, preset: 'commonsenseqa' })).toMatchObject([{ line: 1 }]);
    expect(await read('{"question": "a", "answer": "4"}', { ...plain, preset: 'gsm8k' })).toMatchObject([
      { problem: 'its answer has no "####"' },
    ]);
  });
});

describe('solved examples', () => {
  it('stand in front with their answers', () => {
    const example = (prompt: string, question: Example['question']): Example => ({ prompt, marker: '', question });
    const shots = [
      example('A:', { kind: 'choices', choices: [' x', ' y'], right: 1 }),
      example('B:', { kind: 'answer', answer: '7' }),
      example('C:', { kind: 'target', target: ' z' }),
    ];
    expect(shots.map(solvedPrompt)).toEqual(['A: y', 'B: 7', 'C: z']);
    const last = example('D:', { kind: 'answer', answer: '8' });
    expect(withShots(last, shots)).toEqual({ ...last, prompt: 'A: y\n\nB: 7\n\nC: z\n\nD:' });
    expect(withShots(last, [])).toBe(last);
  });
});

describe('an example for a prompt', () => {
  it('is the question alone, with its choices, its steps and its answer', () => {
    const framed = { prompt: 'Q: Where?\nA:', marker: '\nA:' };
    const choices = { kind: 'choices', choices: [' bank', ' new york'], right: 1 } as const;
    expect(questionAndAnswerOf({ ...framed, question: choices })).toEqual({
      ...{ question: 'Where?\nOptions: bank, new york', reasoning: undefined, answer: 'new york' },
    });
    const lettered = { prompt: 'Q: Which?\n(A) one\n(B) two\nA:', marker: '\nA:' };
    expect(questionAndAnswerOf({ ...lettered, question: { ...choices, choices: [' (A)', ' (B)'] } }).question).toBe(
      'Which?\n(A) one\n(B) two',
    );
    const worked = { ...framed, question: { kind: 'answer', answer: ' 4' }, reasoning: '2 + 2 = 4' } as const;
    expect(questionAndAnswerOf(worked)).toEqual({ question: 'Where?', reasoning: '2 + 2 = 4', answer: '4' });
  });

  it('has the steps of its line, under any name', async () => {
    const line = JSON.stringify({ prompt: '2 + 2', answer: '4', steps: 'Add.' });
    const format = { ...plain, fields: { ...usualFields, reasoning: 'steps' } };
    expect(await read(line, format)).toMatchObject([{ reasoning: 'Add.' }]);
  });
});
