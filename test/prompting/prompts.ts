// Prompts for tests: the same question in every strategy, with examples and documents.

import { buildPrompt, type BuiltPrompt, type PromptRequest } from '../../src/prompting/building/build.js';
import type { PromptDocument, SolvedExample } from '../../src/prompting/formats/format.js';
import { strategies } from '../../src/prompting/strategies.js';

export const examples: readonly SolvedExample[] = [
  {
    question: 'A box holds 4 pens. How many pens are in 3 boxes?',
    reasoning: 'Each box holds 4 pens, so 3 boxes hold 3 * 4 = 12 pens.',
    answer: '12',
  },
  {
    question: 'Of 20 chairs, 6 are taken away. How many are left?',
    reasoning: '20 chairs less the 6 that are gone are 20 - 6 = 14 chairs.',
    answer: '14',
  },
];

/** One that fits, and one of which a part is left out. */
export const documents: readonly PromptDocument[] = [
  { name: 'rules.txt', content: { kind: 'whole', text: 'A crate holds 12 jars.\nTwo jars in each crate break.\n' } },
  {
    name: 'stock.csv',
    content: {
      kind: 'excerpts',
      excerpts: [
        { kind: 'left-out', after: null, before: 41 },
        { kind: 'text', text: 'north,5 crates\nsouth,7 crates', lines: [41, 42] },
        { kind: 'left-out', after: 42, before: 90 },
        { kind: 'text', text: 'east,none', lines: [90, 90] },
        { kind: 'left-out', after: 90, before: null },
      ],
    },
  },
];

export function promptOf(request: Pick<PromptRequest, 'strategy'> & Partial<PromptRequest>): BuiltPrompt {
  const shown = strategies[request.strategy].examples === 'none' ? [] : examples;
  return buildPrompt({
    ...{
      question: 'How many whole jars are in 5 crates of 12, if 2 in each crate break?',
      exemplarCount: 3,
      pauses: 10,
    },
    ...{ examples: shown, documents: [], family: 'gpt', format: undefined },
    ...request,
  });
}
