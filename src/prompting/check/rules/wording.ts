// Rules on wording: what cannot be checked, and so not be followed.

import { shortened, type TextRange } from '../prompt-text.js';
import type { RuleFinding, Rule } from './rule.js';
import { openaiPractices } from '../rule-sources.js';

/** Wording that leaves open what is meant, what is wrong with it, and what the writer has to say instead. */
const vague: readonly { readonly pattern: RegExp; readonly why: string; readonly instead: string }[] = [
  {
    pattern:
      /\b(?:fairly|rather|quite|relatively|reasonably|somewhat|pretty|not too|not overly|not very|a bit|a little|sort of|kind of)\s+(short|brief|long|concise|detailed|simple|complex|formal|informal|technical|small|big)\b/i,
    why: 'says no measure that an answer could be held against',
    instead: '<how much, in numbers or by a test>',
  },
  {
    pattern: /\b(?:a few|several|some|a couple of|a handful of) (?:sentences|words|paragraphs|lines)\b(?: only)?/i,
    why: 'says no number',
    instead: '<3 to 5> sentences',
  },
  {
    pattern:
      /(?:(?<!\b\w['"]?,?\s*)(?:,\s*(?:and )?[Ee]tc\b\.?|\s+(?:and )?[Ee]tc\.)(?![\w/-]|\.\w)|,?\s+and (?:so (?:on|forth)|the like|stuff)(?=\s*(?:[.,;:!?"”]|$))|,?\s+or (?:something|things?|whatever) like (?:that|this)\b)(?![^()]*\))/,
    why: 'leaves a list open',
    instead: ', <the rest, by name>',
  },
  {
    pattern:
      /\bmake (?:it|this|that|them|the \w+) (?:better|good|nice|nicer|great|cool|perfect|awesome|more professional|look good|pop)\b/i,
    why: 'does not say what is to change',
    instead: '<what to change, such as: shorten sentences of more than 20 words>',
  },
  {
    pattern:
      /\b(?:do (?:a good job|your best)|be (?:smart|clever|careful|creative) about (?:it|this)|use (?:your )?common sense|as (?:good|well) as (?:possible|you can)|whatever (?:you think )?(?:is|seems|looks) (?:best|good|right))\b/i,
    why: 'says nothing that could be done or left undone',
    instead: '<what a good answer has that a bad one lacks>',
  },
];

export const vagueInstruction: Rule = {
  id: 'vague-instruction',
  sources: [openaiPractices],
  families: [],
  mends: false,
  bad: 'Describe the product. The description should be fairly short, a few sentences only.',
  good: 'Describe the product in one paragraph of 3 to 5 sentences.',
  check({ parts }) {
    return parts.flatMap((part) =>
      part.statements.flatMap((statement): readonly RuleFinding[] => {
        const found = vague.flatMap(({ pattern, ...rest }) => {
          const match = pattern.exec(statement.plain);
          return match === null ? [] : [{ pattern, ...rest, at: match.index, phrase: match[0] }];
        });
        const first = found.toSorted((a, b) => a.at - b.at)[0];
        if (first === undefined) return [];
        const excerpt = shortened(statement.text, Math.max(0, statement.text.search(first.pattern)));
        const rewrite = found.reduce((whole, { pattern, instead }) => whole.replace(pattern, instead), excerpt);
        const phrase = first.phrase.replace(/^[\s,]*(?:and )?/, '');
        const { from, to } = placeOf(phrase, part.text, statement);
        return [{ part, from, to, reason: `"${phrase}" ${first.why}`, rewrite, edits: [] }];
      }),
    );
  },
};

/** Where a phrase stands in the text, which may break it over lines. */
function placeOf(phrase: string, text: string, { from, to }: TextRange): TextRange {
  const words = phrase.split(' ').map((word) => word.replace(/[^\w\s]/g, String.raw`\$&`));
  const match = new RegExp(words.join(String.raw`\s+`)).exec(text.slice(from, to));
  return match === null ? { from, to } : { from: from + match.index, to: from + match.index + match[0].length };
}
