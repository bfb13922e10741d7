// What --format messages prints is what the chat APIs take: the types of OpenAI's package, and their documented schemas.

import { Ajv } from 'ajv';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { describe, expect, it } from 'vitest';
import { anthropicBody, chatBody, geminiBody, openAiBody } from '../../../src/prompting/building/chat-bodies.js';
import { familyNames } from '../../../src/prompting/building/placement.js';
import { strategyNames } from '../../../src/prompting/strategies.js';
import { documents, promptOf } from '../prompts.js';

const text = { type: 'string', minLength: 1 };
const closed = (properties: object): object => ({
  ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
});
const list = (items: object): object => ({ type: 'array', minItems: 1, items });

/**
 * OpenAI, API reference, Create chat completion; Anthropic, API reference, Create a Message: `system` at the top, roles
 * user and assistant; Google, Gemini API reference, models.generateContent: `Content` with `parts`, roles user and model.
 */
const openAi = closed({ messages: list(closed({ role: { enum: ['system', 'user', 'assistant'] }, content: text })) });
const schemas = {
  gpt: openAi,
  llama: openAi,
  claude: closed({ system: text, messages: list(closed({ role: { enum: ['user', 'assistant'] }, content: text })) }),
  gemini: closed({
    systemInstruction: closed({ parts: list(closed({ text })) }),
    contents: list(closed({ role: { enum: ['user', 'model'] }, parts: list(closed({ text })) })),
  }),
};

describe.each(familyNames)('messages for %s', (family) => {
  const validate = new Ajv({ allErrors: true }).compile(schemas[family]);

  it.each(strategyNames)('are valid with %s', (strategy) => {
    for (const shown of [[], documents]) {
      const { messages } = promptOf({ strategy, family, format: 'messages', documents: shown });
      const body: unknown = JSON.parse(chatBody(messages, family));
      expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
      // Turns alternate, and the user has the last word.
      const turns = messages.slice(1).map(({ role }) => role);
      expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')));
      expect(turns.at(-1)).toBe('user');
    }
  });
});

it("are of the types of OpenAI's package, and say the same to every API", () => {
  const { messages } = promptOf({ strategy: 'few-shot-cot', format: 'messages' });
  const typed: Pick<ChatCompletionCreateParamsNonStreaming, 'messages'> = openAiBody(messages);
  const { system, messages: turns } = anthropicBody(messages);
  const { systemInstruction, contents } = geminiBody(messages);
  expect(typed.messages.map(({ content }) => content)).toEqual([system, ...turns.map(({ content }) => content)]);
  expect(systemInstruction.parts.map((part) => part.text)).toEqual([system]);
  expect(contents.map(({ parts }) => parts.at(0)?.text)).toEqual(turns.map(({ content }) => content));
});
