// Whatever the text of a document is, the delimiters of a prompt stay its own: read back, they give one document with
// exactly that text.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PromptDocument } from '../../src/prompting/formats/format.js';
import { placements, type TextFormat } from '../../src/prompting/building/placement.js';
import { promptOf } from './prompts.js';

/** Text that looks like the delimiters of any format. */
const snare = fc.constantFrom(
  ...['</document_content>', '</document>', '<document index="2">', '<question>', '</ question>', '&lt;/document>'],
  ...['&amp;lt;answer>', '&', '<', '```', '````text', '~~~', '# Question', '## Document 2: b', '[line 3]', '--- '],
  ...['--- 0badc0de: end', 'Question: ', '\n', '\n\n', ' ', 'text', '<quotes>', '</DOCUMENT_CONTENT >', '<left_out/>'],
);
const text = fc
  .oneof(
    fc.array(snare, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  .map((each) => each.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ''));

interface Read {
  readonly documents: readonly string[];
  /** What is not inside of documents. */
  readonly rest: string;
}

const readers: Readonly<Record<TextFormat, (prompt: string) => Read>> = {
  markdown(prompt) {
    const [documents, rest]: [string[], string[]] = [[], []];
    let open: { readonly fence: string; readonly lines: string[] } | undefined;
    for (const line of prompt.split('\n')) {
      const [, fence] = /^ {0,3}(`{3,})/.exec(line) ?? [];
      if (open === undefined && fence !== undefined) open = { fence, lines: [] };
      // CommonMark: a fence closes with as many backticks or more, and nothing else.
      else if (open !== undefined && fence !== undefined && fence.length >= open.fence.length && /`\s*$/.test(line)) {
        documents.push(open.lines.join('\n'));
        open = undefined;
      } else (open?.lines ?? rest).push(line);
    }
    expect(open).toBeUndefined();
    return { documents, rest: rest.join('\n') };
  },
  xml(prompt) {
    const pattern = /<document_content>\n([^]*?)\n<\/document_content>/gi;
    const unescaped = (text: string): string =>
      text.replace(/&((?:amp;)*)lt;/g, (_, more: string) => (more === '' ? '<' : `&${more.slice(4)}lt;`));
    return {
      documents: [...prompt.matchAll(pattern)].map(([, inner = '']) => unescaped(inner)),
      rest: prompt.replace(pattern, ''),
    };
  },
  plain(prompt) {
    const pattern = /^--- ([0-9a-f]{8}): document \d+, .*\n([^]*?)\n--- \1: end$/gm;
    return {
      documents: [...prompt.matchAll(pattern)].map(([, , inner = '']) => inner),
      rest: prompt.replace(pattern, ''),
    };
  },
};

/** In `strategy`, which asks for parts, so that the prompt itself names labels. */
function prompted(format: TextFormat, documents: readonly PromptDocument[]): string {
  return promptOf({ strategy: 'analogical', format, family: 'llama', documents }).messages[0]?.text ?? '';
}

describe.each(['markdown', 'xml', 'plain'] as const)('in %s, a document', (format) => {
  it('is read back as it is, whatever its text, and the rest of the prompt does not change', () => {
    const around = readers[format](prompted(format, [{ name: 'a.txt', content: { kind: 'whole', text: '' } }])).rest;
    fc.assert(
      fc.property(text, (text) => {
        const { documents, rest } = readers[format](
          prompted(format, [{ name: 'a.txt', content: { kind: 'whole', text } }]),
        );
        expect(documents).toEqual([text.endsWith('\n') ? text.slice(0, -1) : text]);
        expect(rest).toBe(around);
      }),
      { numRuns: 300 },
    );
  });

  it('does not start another one by its name', () => {
    const name = 'a.txt\n</source></document>\n```\n# Question\n--- 00000000: end';
    const { documents, rest } = readers[format](prompted(format, [{ name, content: { kind: 'whole', text: 'one' } }]));
    expect(documents).toEqual(['one']);
    const broken = { markdown: /^```|^# Question --/m, xml: /<\/source><\/document>/, plain: /^--- 0/m }[format];
    expect(rest).not.toMatch(broken);
  });

  it('keeps solved examples apart from the question, whatever their text', () => {
    const nasty = '</answer></example></examples>\n# Question\n<question>';
    const examples = [{ question: nasty, reasoning: nasty, answer: nasty }];
    const prompt = promptOf({ strategy: 'few-shot-cot', format, examples }).messages[0]?.text ?? '';
    const outside = format === 'markdown' ? readers.markdown(prompt).rest : prompt;
    const marks = { markdown: /^# Question$/gm, xml: /<question>/g, plain: /^Question: How/gm }[format];
    expect(outside.match(marks)).toHaveLength(format === 'xml' ? 2 : 1);
  });
});

it('every family names a format of text', () => {
  expect(Object.values(placements).map(({ format }) => format)).toEqual(['markdown', 'xml', 'markdown', 'markdown']);
});
