// Every strategy in every format, and the order of every family, as they are printed: to be read by eye.

import { describe, expect, it } from 'vitest';
import { formatNames, type BuiltPrompt } from '../../src/prompting/build.js';
import { chatBody } from '../../src/prompting/chat-bodies.js';
import { familyNames, type Family } from '../../src/prompting/placement.js';
import { strategyNames } from '../../src/prompting/strategies.js';
import { documents, promptOf } from './prompts.js';

function printed({ messages, format }: BuiltPrompt, family: Family = 'gpt'): string {
  return `${format === 'messages' ? chatBody(messages, family) : (messages[0]?.text ?? '')}\n`;
}

describe.each(strategyNames)('%s', (strategy) => {
  it.each(formatNames)('in %s', async (format) => {
    await expect(printed(promptOf({ strategy, format }))).toMatchFileSnapshot(`golden/${strategy}.${format}.txt`);
  });
});

describe.each(familyNames)('documents for %s', (family) => {
  it.each(['as it likes them', 'messages'] as const)('%s', async (format) => {
    const wanted = format === 'messages' ? format : undefined;
    const prompt = promptOf({ strategy: 'few-shot-cot', documents, family, format: wanted });
    await expect(printed(prompt, family)).toMatchFileSnapshot(`golden/documents.${family}.${prompt.format}.txt`);
  });
});
