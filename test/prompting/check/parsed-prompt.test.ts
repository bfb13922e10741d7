// What of a prompt is an instruction, a text to work on, or an example.

import { describe, expect, it } from 'vitest';
import { parsePrompt } from '../../../src/prompting/check/parsed-prompt.js';
import { readPromptFile } from '../../../src/prompting/check/prompt-file.js';
import { check } from '../../support/prompts.js';

/** Each block in short. */
function blocks(text: string): readonly (readonly [kind: string, text: string])[] {
  return parsePrompt(readPromptFile(text, 'prompt')).parts.flatMap((part) =>
    part.blocks.map(({ kind, from, to }) => [kind, part.text.slice(from, to).trim()] as const),
  );
}

describe('a prompt in plain text', () => {
  it.each([
    [
      'tags',
      'Sum up.\n<mail date="1">\nHi.\n</mail>\nBe kind.',
      [
        ['instruction', 'Sum up.'],
        ['document', 'Hi.'],
        ['instruction', 'Be kind.'],
      ],
    ],
    [
      'tags of instructions',
      '<rules>\nBe kind.\n</rules>\n<text>Hi.</text>',
      [
        ['instruction', 'Be kind.'],
        ['document', 'Hi.'],
      ],
    ],
    [
      'nested tags of one name',
      '<a>\n<a>\nx\n</a>\n</a>\nGo.',
      [
        ['document', '<a>\nx\n</a>'],
        ['instruction', 'Go.'],
      ],
    ],
    ['a tag that is not closed', '<mail>\nHi.', [['instruction', '<mail>\nHi.']]],
    [
      'a fence',
      'Read:\n```js\na();\n```',
      [
        ['instruction', 'Read:'],
        ['document', 'a();'],
      ],
    ],
    [
      'a fence that shows the answer',
      'Answer in this format:\n```json\n{}\n```',
      [
        ['instruction', 'Answer in this format:'],
        ['example', '{}'],
      ],
    ],
    ['a fence that is not closed', '```\nHi.', [['instruction', '```\nHi.']]],
    [
      'quotes behind a label',
      'Text: """\nHi.\n"""\nSum up.',
      [
        ['instruction', 'Text:'],
        ['document', 'Hi.'],
        ['instruction', 'Sum up.'],
      ],
    ],
    ['marks', '=== BEGIN LOG ===\nx\n=== END LOG ===', [['document', 'x']]],
    [
      'an announcement',
      'Sum up the mail:\n\nHi.\n\nBye.\n\nAnswer in one word.',
      [
        ['instruction', 'Sum up the mail:'],
        ['document', 'Hi.'],
        ['document', 'Bye.'],
        ['instruction', 'Answer in one word.'],
      ],
    ],
    [
      'a label',
      'Sum up.\n\nMail: Hi.\nBye.',
      [
        ['instruction', 'Sum up.'],
        ['document', 'Hi.\nBye.'],
      ],
    ],
    [
      'a list of what to look at',
      'In the report, look at:\n- costs\n- risks',
      [['instruction', 'In the report, look at:\n- costs\n- risks']],
    ],
    [
      'a section',
      '# Mail\n\nHi.\n\n# Task\n\nSum up.',
      [
        ['document', 'Hi.'],
        ['instruction', 'Sum up.'],
      ],
    ],
    [
      'examples',
      'Q: a b\nA: c\n\nQ: d e\nA: f\n\nQ: g h\nA:',
      [
        ['example', 'Q: a b\nA: c'],
        ['example', 'Q: d e\nA: f'],
        ['document', 'Q: g h\nA:'],
      ],
    ],
  ])('knows %s', (_, text, expected) => {
    expect(blocks(text)).toEqual(expected);
    // Windows line ends make no difference.
    const windows = blocks(text.replaceAll('\n', '\r\n')).map(([kind, each]) => [kind, each.replaceAll('\r\n', '\n')]);
    expect(windows).toEqual(expected);
  });

  it('takes long prose that asks for nothing for a text to work on', () => {
    const prose = Array.from(
      { length: 3 },
      (_, index) => `The pump ${index} ${'was replaced on Monday and '.repeat(8)}runs.`,
    );
    expect(blocks([...prose, 'Sum up the text.'].join('\n\n')).map(([kind]) => kind)).toEqual([
      ...['document', 'document', 'document', 'instruction'],
    ]);
  });

  it('splits instructions into sentences, over wrapped lines, with their places', () => {
    const text = 'Name a city, e.g. Graz, in\none word. Then stop!\n- Use "No. 5." as it is.\n2. Be kind.';
    const [part] = parsePrompt(readPromptFile(text, 'prompt')).parts;
    expect(part?.statements.map((each) => [each.text, text.slice(each.from, each.to)])).toEqual([
      ['Name a city, e.g. Graz, in one word.', 'Name a city, e.g. Graz, in\none word.'],
      ['Then stop!', 'Then stop!'],
      ['Use "No. 5." as it is.', 'Use "No. 5." as it is.'],
      ['Be kind.', 'Be kind.'],
    ]);
  });
});

describe('chat messages', () => {
  const message = { role: 'user', content: 'Hi.' };
  it.each([
    ['a list', [message], [[1, 'user']]],
    [
      'an object',
      { model: 'm', messages: [{ role: 'system', content: 'Be kind.' }, message] },
      [
        [1, 'system'],
        [2, 'user'],
      ],
    ],
    [
      'a system prompt beside them',
      { system: 'Be kind.', messages: [message] },
      [
        [0, 'system'],
        [1, 'user'],
      ],
    ],
    [
      'contents in pieces',
      [{ role: 'user', content: [{ type: 'text', text: 'Hi.' }, { type: 'image' }, { type: 'text', text: 'Bye.' }] }],
      [
        [1, 'user'],
        [1, 'user'],
      ],
    ],
    [
      'a body for Gemini',
      {
        systemInstruction: { parts: [{ text: 'Be kind.' }] },
        contents: [{ role: 'model', parts: [{ text: 'Hi.' }] }, { parts: [{ text: 'Bye.' }, { inlineData: {} }] }],
      },
      [
        [0, 'system'],
        [1, 'assistant'],
        [2, 'user'],
      ],
    ],
    ['a list without any', { messages: [] }, [[undefined, undefined]]],
    ['those without a text', { messages: [{ role: 'user', content: null }] }, [[undefined, undefined]]],
  ])('come as %s', (_, value, labels) => {
    const { format, parts } = readPromptFile(JSON.stringify(value), 'prompt');
    expect(format).toBe('messages');
    expect(parts.map((part) => [part.message?.number, part.message?.role])).toEqual(labels);
  });

  it.each([['{"name": "Hi."}'], ['{"contents": [1, 2]}'], ['[1, 2]'], ['[]'], ['{not JSON'], ['"Hi."'], ['']])(
    'are not %s: that is text',
    (text) => {
      expect(readPromptFile(text, 'prompt')).toMatchObject({ format: 'text', parts: [{ text, message: null }] });
    },
  );

  it.each([
    '[\n{"role": "user",\n "content": "Hi."\n',
    '{"messages": [',
    '{"model": "m",\n"messages": [{}',
    '{"contents": [{"parts": [',
  ])('that are no valid JSON are an error with its line: %j', (text) => {
    expect(() => readPromptFile(text, 'chat.json')).toThrow(
      /^chat\.json: chat messages, but no valid JSON: line \d: .+ expected$/,
    );
  });

  it('that say nothing are a prompt without a task', () => {
    for (const chat of [{ messages: [] }, { messages: [{ role: 'user', content: null }] }, { contents: [] }])
      expect(check(JSON.stringify(chat)).map(({ rule, message }) => [rule, message])).toEqual([['no-task', null]]);
  });
});
