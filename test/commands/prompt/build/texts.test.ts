// What a prompt is told of the texts in it.

import { expect, it } from 'vitest';
import { cleanExamples, markupWarnings } from '../../../../src/commands/prompt/build/texts.js';
import type { PromptDocument } from '../../../../src/prompting/formats/format.js';

const nothing = { question: 'Who?', documents: [], examples: [], path: undefined };

it('names chat markup by the line of the document that it is in, of passages too', () => {
  const content: PromptDocument['content'] = {
    kind: 'excerpts',
    excerpts: [
      { kind: 'text', text: 'One.\n\nTwo.', lines: [4, 6] },
      { kind: 'left-out', after: 6, before: 20 },
      { kind: 'text', text: 'Three.\n<start_of_turn> [/INST]', lines: [20, 21] },
      { kind: 'text', text: '<｜end▁of▁sentence｜>', lines: [30, 30] },
    ],
  };
  const [warning, ...others] = markupWarnings({ ...nothing, documents: [{ name: 'a.txt', content }] });
  expect(warning?.message).toMatch(/^a\.txt:21: chat markup, <start_of_turn> and 2 more: /);
  expect(others).toEqual([]);
  const hints = ['[/INST]', '<<SYS>>', '<｜end▁of▁sentence｜>'].map(
    (question) => markupWarnings({ ...nothing, question })[0]?.hint ?? '',
  );
  expect(hints.map((hint) => hint.split(', ')[1])).toEqual(['[ /INST ]', '<< SYS >>', '<｜ end▁of▁sentence ｜>']);
});

it('takes no other text for chat markup', () => {
  const text = 'if (a <| b |> c) x |> f; <|>; [INSTALL]; <b>end_of_turn</b>; a[INST; <<SYSTEM>>';
  const documents: PromptDocument[] = [{ name: 'a.txt', content: { kind: 'whole', text } }];
  const examples = [{ question: text, reasoning: undefined, answer: text }];
  expect(markupWarnings({ question: text, documents, examples, path: 'a.jsonl' })).toEqual([]);
});

it('has solved examples without what steers a terminal, and says so', () => {
  const odd = { question: '\u001b[1mHow\u001b[0m?\r\n', reasoning: 'a\u0000b', answer: '1\t2\n' };
  const { examples, warnings } = cleanExamples([odd], 'shots.jsonl');
  expect(examples).toEqual([{ question: 'How?\n', reasoning: 'ab', answer: '1\t2\n' }]);
  expect(warnings.map(({ message }) => message)).toEqual([
    'shots.jsonl: 9 control characters removed from its examples',
  ]);
  expect(cleanExamples(examples, 'shots.jsonl')).toEqual({ examples, warnings: [] });
});
