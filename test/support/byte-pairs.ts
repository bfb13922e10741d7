// Texts that are hard on byte-pair encodings, and what gpt-tokenizer makes of them.

import fc from 'fast-check';
import { encodingNames, type EncodingName } from '../../src/engine/counting/encodings.js';

interface Reference {
  encode(text: string, options: { disallowedSpecial: Set<string> }): number[];
}

const references = new Map<EncodingName, Reference>();
for (const name of encodingNames) references.set(name, (await import(`gpt-tokenizer/encoding/${name}`)) as Reference);

/** Tokens of the whole text by gpt-tokenizer. */
export function referenceCount(name: EncodingName, text: string): number {
  return references.get(name)?.encode(text, { disallowedSpecial: new Set() }).length ?? Number.NaN;
}

/** What the patterns tell apart, and how: every alternative of each of them begins, goes on or ends with one of these. */
const units = [
  ...[' ', '  ', '\n', '\n\n', '\t', '\u00a0', '\u2028', '\u3000', '\ufeff'],
  ...['a', 'the', 'The', 'HTTP', 'é', 'e\u0301', 'ǅ', 'ʰ', 'ß', '字', 'の', 'ก็', 'हिन्दी', '\u0301', '𝒳'],
  ...['0', '7', '12', '345', '6789', '٣', '½', 'Ⅷ', '𝟘'],
  ...["'", "'s", "'S", "'t", "'re", "'VE", "'ll", "'d", "'m", '’s'],
  ...[
    '.',
    ',',
    '/',
    '//',
    '-',
    '=',
    '====',
    '"',
    '<|',
    '|>',
    '<|endoftext|>',
    '<|im_start|>',
    '。',
    '…',
    '😀',
    '👩‍👩‍👧',
    '\u200b',
  ],
];

/** Clean text, as documents deliver it: no control characters but tab and line feed. */
export const awkwardText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...units) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join('').replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, ''));
