// Every strategy in every format, and the order of every family, as they are printed: to be read by eye.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatNames, type BuiltPrompt } from '../../src/prompting/building/build.js';
import { chatBody } from '../../src/prompting/building/chat-bodies.js';
import { families } from '../../src/prompting/check/rules/names.js';
import { familyNames, type ModelFamily } from '../../src/prompting/building/placement.js';
import { strategyNames } from '../../src/prompting/strategies.js';
import { root } from '../support/cli.js';
import { check } from '../support/prompts.js';
import { documents, promptOf } from './prompts.js';

function printed({ messages, format }: BuiltPrompt, family: ModelFamily = 'gpt'): string {
  return `${format === 'messages' ? chatBody(messages, family) : (messages[0]?.text ?? '')}\n`;
}

describe.each(strategyNames)('%s', (strategy) => {
  it.each(formatNames)('in %s', async (format) => {
    await expect(printed(promptOf({ strategy, format }))).toMatchFileSnapshot(`golden/${strategy}.${format}.txt`);
  });
});

describe('unspool prompt check', () => {
  const names = readdirSync(`${root}test/prompting/golden`);

  it.each(names)('finds nothing in %s', (name) => {
    const text = readFileSync(`${root}test/prompting/golden/${name}`, 'utf8');
    expect([undefined, ...families].flatMap((family) => check(text, family))).toEqual([]);
  });
});

describe.each(familyNames)('documents for %s', (family) => {
  it.each(['as it likes them', 'messages'] as const)('%s', async (format) => {
    const wanted = format === 'messages' ? format : undefined;
    const prompt = promptOf({ strategy: 'few-shot-cot', documents, family, format: wanted });
    await expect(printed(prompt, family)).toMatchFileSnapshot(`golden/documents.${family}.${prompt.format}.txt`);
  });
});
