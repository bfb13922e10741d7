// Tasks that are made, not read: those of the control model, and three in words for any model.

import { Random } from '../statistics/random.js';
import type { Example, Task } from './example.js';

export const controlTaskNames = ['shifted-parity', 'copy'] as const;
export const wordTaskNames = ['parity', 'modular-sum', 'multi-hop'] as const;
export const generatedTaskNames = [...controlTaskNames, ...wordTaskNames] as const;
/** Examples of a task made here, which never ends, where nobody says how many. */
export const usualGenerated = 200;
export type GeneratedTaskName = (typeof generatedTaskNames)[number];

/** Example number i of a seed is the same, however many there are. */
export function generatedTask(name: GeneratedTaskName, seed: number): Task {
  const make = makers[name];
  const fixedFormat = controlTaskNames.some((each) => each === name);
  const kind = generatedTaskNames.indexOf(name);
  return {
    name,
    fixedFormat,
    async *examples() {
      for (let index = 0; ; index += 1) yield await Promise.resolve(make(new Random(seed, kind, index)));
    },
    progress: () => null,
  };
}

export function isGeneratedTask(name: string): name is GeneratedTaskName {
  return generatedTaskNames.some((each) => each === name);
}

const makers: Readonly<Record<GeneratedTaskName, (random: Random) => Example>> = {
  'shifted-parity': (random) => controlExample(random, 'P'),
  copy: (random) => controlExample(random, 'C'),
  parity,
  'modular-sum': modularSum,
  'multi-hop': multiHop,
};

/** Places of x, and shifts, in the control model's format: see its card in fixtures/models/pause-control. */
const places = 8;
const shifts = 'abcdefgh';

/**
 * `P`: the parity of x_i XOR y_(i+s) over the n places that hold a bit; `C`: x_1. The shift s comes last, so that only
 * what follows it can look the pairs up.
 */
function controlExample(random: Random, task: 'P' | 'C'): Example {
  const length = 1 + random.below(places);
  const x = bits(random, length);
  const y = bits(random, places + shifts.length - 1);
  const shift = random.below(shifts.length);
  const odd = x.filter((bit, index) => bit !== y[index + shift]).length;
  const prompt = `${task}${x.join('').padEnd(places, '.')}${y.join('')}${shifts.charAt(shift)}=`;
  const right = task === 'P' ? odd % 2 : (x[0] ?? 0);
  return { prompt, marker: '=', question: { kind: 'choices', choices: ['0', '1'], right } };
}

function bits(random: Random, length: number): number[] {
  return Array.from({ length }, () => random.below(2));
}

const ask = '\nAnswer:';

function parity(random: Random): Example {
  const digits = bits(random, 3 + random.below(6));
  const ones = digits.filter((bit) => bit === 1).length;
  const prompt = `Is the number of ones in ${digits.join(' ')} even or odd?${ask}`;
  return { prompt, marker: ask, question: { kind: 'choices', choices: [' even', ' odd'], right: ones % 2 } };
}

function modularSum(random: Random): Example {
  const modulus = 5;
  const numbers = Array.from({ length: 2 + random.below(4) }, () => random.below(10));
  const sum = numbers.reduce((total, number) => total + number, 0);
  const prompt = `What is the remainder of ${numbers.join(' + ')} divided by ${modulus}?${ask}`;
  const choices = Array.from({ length: modulus }, (_, remainder) => ` ${remainder}`);
  return { prompt, marker: ask, question: { kind: 'choices', choices, right: sum % modulus } };
}

const names = ['Anna', 'Ben', 'Clara', 'David', 'Emma', 'Frank', 'Grace', 'Henry'];

/** Everybody gives to one other, in a ring: who gets it after some steps. */
function multiHop(random: Random): Example {
  const ring = random.shuffled(names).slice(0, 5);
  const hops = 2 + random.below(2);
  const facts = ring.map((name, index) => `${name} gives the letter to ${ring[(index + 1) % ring.length] ?? ''}.`);
  const [first = ''] = ring;
  const prompt = `${random.shuffled(facts).join(' ')} ${first} starts with the letter. Who has it after ${hops} turns?${ask}`;
  const choices = [...ring].sort().map((name) => ` ${name}`);
  return {
    prompt,
    marker: ask,
    question: { kind: 'choices', choices, right: choices.indexOf(` ${ring[hops] ?? ''}`) },
  };
}
