// The prompts in fixtures/prompts, and what is expected to be found in them.

import { readFileSync } from 'node:fs';
import { loadEncodings } from '../../src/backends/counting/gpt-tokenizer.js';
import { TextCounter } from '../../src/engine/counting/text-counter.js';
import { checkPrompt, mendPrompt, type Finding, type Mended } from '../../src/prompting/check/check.js';
import { readPromptFile } from '../../src/prompting/check/prompt-file.js';
import type { RuleFamily, RuleName } from '../../src/prompting/check/rules/names.js';
import type { Rule } from '../../src/prompting/check/rules/rule.js';
import { rules } from '../../src/prompting/check/rules/rules.js';
import { root } from './cli.js';

export interface ExpectedFinding {
  readonly rule: RuleName;
  readonly lines: readonly [number, number];
}

export interface PromptFixture {
  readonly name: string;
  readonly text: string;
  readonly family: RuleFamily | undefined;
  readonly findings: readonly ExpectedFinding[];
}

const folder = `${root}fixtures/prompts/`;
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Readonly<
  Record<string, Pick<PromptFixture, 'findings'> & { readonly family?: RuleFamily }>
>;

export const promptFixtures: readonly PromptFixture[] = Object.entries(expected).map(
  ([name, { family, findings }]) => ({
    ...{ name, text: readFileSync(folder + name, 'utf8'), family, findings },
  }),
);

const counter = new TextCounter(await loadEncodings(['o200k_base']));

function countTokens(text: string): number {
  return counter.count(text, false).tokens[0] ?? 0;
}

export function check(text: string, family?: RuleFamily, chosen: readonly Rule[] = rules): readonly Finding[] {
  return checkPrompt(readPromptFile(text, 'prompt'), chosen, { family, countTokens });
}

export function mend(text: string, family?: RuleFamily, chosen: readonly Rule[] = rules): Mended {
  return mendPrompt(readPromptFile(text, 'prompt'), 'prompt', chosen, { family, countTokens });
}

const words = 'The pump was replaced on Monday. Plots 14 and 22 are free. Helga brings the tent.'.split(' ');

/** `[400 words]`, as the examples of rules shorten long texts, as so many words, each time others. */
export function atLength(text: string): string {
  return text.replace(/\[(\d+) words\]/g, (_, count: string, at: number) =>
    Array.from(
      { length: Number(count) },
      (__, index) => `${words[index % words.length] ?? ''}${index % 50 === 0 ? ` ${at + index}.` : ''}`,
    ).join(' '),
  );
}
