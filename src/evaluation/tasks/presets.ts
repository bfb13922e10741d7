// How the lines of known benchmarks become examples.

import type { Example } from './example.js';

/** The examples of a line, or what is wrong with them. */
export type Preset = (record: Readonly<Record<string, unknown>>) => readonly (Example | string)[];

const marker = '\nA:';

/**
 * Cobbe et al. 2021, "Training Verifiers to Solve Math Word Problems": the answer follows the steps and `####`. In the
 * steps, what a calculator was asked stands between `<<` and `>>`.
 */
function gsm8k({ question, answer }: Readonly<Record<string, unknown>>): Example | string {
  if (typeof question !== 'string' || typeof answer !== 'string') return 'has no "question" and "answer" of GSM8K';
  const [, steps = '', final] = /^([^]*)####\s*(\S.*)$/.exec(answer.trim()) ?? [];
  if (final === undefined) return 'its answer has no "####"';
  const reasoning = steps.replace(/<<[^>]*>>/g, '').trim();
  return { prompt: `Q: ${question}${marker}`, marker, question: { kind: 'answer', answer: final }, reasoning };
}

/** Talmor et al. 2019, "CommonsenseQA": five choices with letters. */
function commonsenseqa({ question, answerKey }: Readonly<Record<string, unknown>>): Example | string {
  const problem = 'has no "question" with "stem" and "choices", and "answerKey", of CommonsenseQA';
  if (typeof question !== 'object' || question === null) return problem;
  const { stem, choices } = question as { stem?: unknown; choices?: unknown };
  if (typeof stem !== 'string' || typeof answerKey !== 'string' || !Array.isArray(choices)) return problem;
  const options = choices as { label?: unknown; text?: unknown }[];
  const texts = options.flatMap(({ text }) => (typeof text === 'string' ? [` ${text}`] : []));
  const right = options.findIndex(({ label }) => label === answerKey);
  if (texts.length < Math.max(2, options.length)) return problem;
  if (right === -1) return `its answer ${JSON.stringify(answerKey)} is none of its choices`;
  return { prompt: `Q: ${stem}${marker}`, marker, question: { kind: 'choices', choices: texts, right } };
}

/**
 * Suzgun et al. 2022, "Challenging BIG-Bench Tasks": all examples of a file are one object. Where its options have
 * letters, they are the choices. Its files tell no steps; where some were added, as "reasoning", they are taken.
 */
function bigBenchHard({ examples }: Readonly<Record<string, unknown>>): readonly (Example | string)[] {
  if (!Array.isArray(examples)) return ['has no "examples" of BIG-Bench Hard'];
  return (examples as { input?: unknown; target?: unknown; reasoning?: unknown }[]).map(
    ({ input, target, reasoning }) => {
      if (typeof input !== 'string' || typeof target !== 'string') return 'has an example without "input" and "target"';
      const prompt = `Q: ${input}${marker}`;
      const letters = [...input.matchAll(/^\([A-Z]\)/gm)].map(([letter]) => ` ${letter}`);
      const steps = typeof reasoning === 'string' ? { reasoning } : {};
      if (letters.length < 2) return { prompt, marker, question: { kind: 'answer', answer: target }, ...steps };
      const right = letters.indexOf(` ${target}`);
      if (right === -1) return `its answer ${JSON.stringify(target)} is none of its choices`;
      return { prompt, marker, question: { kind: 'choices', choices: letters, right }, ...steps };
    },
  );
}

export const presets = {
  gsm8k: (record) => [gsm8k(record)],
  commonsenseqa: (record) => [commonsenseqa(record)],
  'big-bench-hard': bigBenchHard,
} as const satisfies Record<string, Preset>;
export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];
