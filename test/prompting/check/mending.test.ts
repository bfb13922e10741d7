// --fix: what it mends is gone for good, and the texts to work on stay as they are.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentsOf, parsePrompt } from '../../../src/prompting/check/parsed-prompt.js';
import { readPromptFile } from '../../../src/prompting/check/prompt-file.js';
import { families } from '../../../src/prompting/check/rules/names.js';
import { rules } from '../../../src/prompting/check/rules/rules.js';
import { atLength, check, mend, promptFixtures } from '../../support/prompts.js';

/** The texts to work on, as a model gets them. */
function documents(text: string): readonly string[] {
  const { parts } = parsePrompt(readPromptFile(text, 'prompt'));
  return parts.flatMap((part) => documentsOf(part).map(({ from, to }) => part.text.slice(from, to)));
}

/** All that a model gets, in one text. */
function wholeText(text: string): string {
  return readPromptFile(text, 'prompt')
    .parts.map((part) => part.text)
    .join('\n');
}

/** Escaping control tokens is the one mend that changes a text to work on. */
const withoutEscapes = rules.filter(({ id }) => id !== 'chat-markup');

const fragments = fc.constantFrom(
  'Review the text in the triple quotes, and make it better.',
  'Answer with one of: order, return, other. Write the label in lower case.',
  'Always answer in German, in at most three sentences, without any greeting.',
  '- Look at the usual things, etc.',
  "I'll tip you $200 for a good answer!",
  '"""\ndef f():\n    """Ein Wort: Straße – 街."""\n"""',
  '```\n# Read me\n\n```sh\nls\n```\n```',
  '<mail>\nHello <|im_end|>, 😀 \\n "quoted"\n</mail>\n</mail>',
  '<s>[INST] Hello [/INST]',
  'Mail: Where is my parcel?\nLabel: Order',
  'Mail: The shoes are too small.\nLabel: return',
  'Mail: Do you sell cards?\nLabel:',
  atLength('<notes>\n[700 words]\n</notes>'),
  'Question: Who has the key to the shed?',
);
const texts = fc
  .record({
    parts: fc.array(fragments, { minLength: 1, maxLength: 8 }),
    between: fc.constantFrom('\n\n', '\n'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    isChat: fc.boolean(),
  })
  .map(({ parts, between, lineEnd, isChat }) => {
    const text = parts.join(between).replaceAll('\n', lineEnd);
    return isChat ? JSON.stringify({ messages: [{ role: 'user', content: text }] }, null, 2) : text;
  });
const anyFamily = fc.constantFrom(undefined, ...families);

describe('mended', () => {
  it.each(promptFixtures)('$name has nothing left to mend, and its documents as they were', ({ text }) => {
    for (const family of [undefined, ...families]) {
      const mended = mend(text, family);
      expect(mended.findings.filter(({ edits }) => edits.length > 0)).toEqual([]);
      expect(mend(mended.text, family)).toMatchObject({ text: mended.text, fixed: 0 });
      const whole = wholeText(mend(text, family, withoutEscapes).text);
      for (const document of documents(text)) expect(whole).toContain(document);
    }
  });

  it('any prompt has nothing left to mend, and its documents as they were', () => {
    fc.assert(
      fc.property(texts, anyFamily, (text, family) => {
        const mended = mend(text, family);
        expect(mended.findings.filter(({ edits }) => edits.length > 0)).toEqual([]);
        expect(mend(mended.text, family).text).toBe(mended.text);
        const whole = wholeText(mend(text, family, withoutEscapes).text);
        for (const document of documents(text)) expect(whole).toContain(document);
      }),
      { numRuns: 60 },
    );
  });

  it('chat messages stay JSON, and what is no message stays byte for byte', () => {
    const text =
      '{ "model":"m",\t"messages": [\n{"role":"user","content":"Name it \\u00e4.\\n<a>\\nx <|im_end|> \\u00e9\\n</a>"} ]  }\n';
    expect(mend(text).text).toBe(text.replace('<|im_end|>', '<| im_end |>'));
  });

  it.each(['user', 'system'])('an instruction that the %s gives twice behind a role is said once', (role) => {
    const texts = [
      'You are a clerk. Give the total only, without any comment.',
      ' Give the total only, without any comment.',
    ];
    const chat = (text: string): string => JSON.stringify([{ role, content: `${text}\n\n<bill>\n3 + 4\n</bill>` }]);
    expect(mend(chat(texts.join(''))).text).toBe(chat(`${texts[0] ?? ''} `));
  });

  it('a prompt with Windows line ends keeps them', () => {
    const text =
      'Translate the mail to French, and nothing else.\r\nTranslate the mail to French, and nothing else.\r\n\r\nMail: Hello there.\r\n';
    expect(mend(text).text).toBe('Translate the mail to French, and nothing else.\r\n\r\nMail: Hello there.\r\n');
  });

  it.each([
    [
      '"""',
      'Explain the code between the triple quotes in one sentence.\n\n"""\nx = """a"""\n"""\n',
      'Explain the code in the <document> tags in one sentence.\n\n<document>\nx = """a"""\n</document>\n',
    ],
    [
      'a tag',
      'Count the tags in <page> in one number.\n\n<page>\n</page> ends it.\n</page>\n',
      'Count the tags in <page_text> in one number.\n\n<page_text>\n</page> ends it.\n</page_text>\n',
    ],
    [
      'a fence',
      'Shorten this page to one sentence:\n\n```\n```sh\nls\n```\n```\n',
      'Shorten this page to one sentence:\n\n````\n```sh\nls\n```\n````\n',
    ],
  ])('%s around a text that holds it becomes another delimiter, also where instructions name it', (_, text, mended) => {
    expect(mend(text)).toMatchObject({ text: mended, fixed: 1, findings: [] });
  });

  it('a delimiter that instructions name in other words stays', () => {
    const text = 'Explain what is delimited by three quotation marks (""") in one sentence.\n\n"""\nx = """a"""\n"""\n';
    expect(mend(text)).toMatchObject({ text, fixed: 0 });
    expect(check(text).map(({ rule }) => rule)).toEqual(['delimiter-in-document']);
  });
});

const refrain = 'Sing with me of the wide blue sea.\nCome and stay with me till the morning.';
const song = `The ship went out at the break of day.\nThe wind was good to her sails.\n\n${refrain}\n\nThe ship came home in the middle of the night.\n\n${refrain}\n`;
const letter = 'I ask you once more to pay what is due. My job depends on it.';
const recipe =
  'Add the flour and stir for two minutes.\nTake the pan off the heat for a while.\nAdd the flour and stir for two minutes.\n';

describe('a text to work on without anything around it stays, whatever it says twice', () => {
  it.each([
    ['below an instruction', `Count the lines of the song below. Answer with a number.\n\n${song}`],
    ['below a label', `Count the lines. Answer with a number.\n\nSong:\n${song}`],
    ['behind a label', `Count the lines. Answer with a number.\n\nSong: ${song}`],
    ['below a title', `Count the lines. Answer with a number.\n\n# Song\n\n${song}`],
    ['below a colon', `Translate to German, verse by verse:\n${song}`],
    ['above the instruction', `${song}\nTranslate the song above to German.`],
    ['of imperatives alone', `Translate to German.\n\n${refrain}\n${refrain}\n\n<glossary>\nsea: See\n</glossary>`],
    ['of imperatives, first', `${recipe}\nTranslate the recipe to French.`],
    ['of imperatives, in one paragraph', `Translate this recipe to French.\n${recipe}`],
    ['of paragraphs', `Shorten the letter to one sentence.\n\n${letter}\n\nYours.\n\n${letter}\n`],
  ])('%s', (_, text) => {
    expect(mend(text)).toMatchObject({ text, fixed: 0 });
    for (const role of ['user', 'system']) {
      const chat = JSON.stringify({ messages: [{ role, content: text }] });
      expect(mend(chat)).toMatchObject({ text: chat, fixed: 0 });
    }
  });
});
