// Rules on examples: answers that break the rules of the prompt, and answers that the model is to find itself.

import { claimsOf } from '../claims.js';
import type { PromptExample } from '../examples.js';
import { documentsOf, type ParsedPart, type ParsedPrompt } from '../parsed-prompt.js';
import { inOneLine, normalised, wordCount } from '../prompt-text.js';
import { edit, type RuleFinding, type Rule } from './rule.js';
import { anthropicPractices, copyingEffect, openaiGuide } from '../rule-sources.js';

export const exampleBreaksRule: Rule = {
  id: 'example-breaks-rule',
  sources: [openaiGuide, anthropicPractices],
  families: [],
  mends: true,
  bad: 'Sort each mail. Answer with one of: order, return, other.\n\nMail: Where is my parcel?\nLabel: order\n\nMail: The shoes are too small.\nLabel: Return\n\nMail: Do you sell gift cards?\nLabel:',
  good: 'Sort each mail. Answer with one of: order, return, other.\n\nMail: Where is my parcel?\nLabel: order\n\nMail: The shoes are too small.\nLabel: return\n\nMail: Do you sell gift cards?\nLabel:',
  check(prompt) {
    const rules = answerRules(prompt);
    return prompt.parts.flatMap((part) =>
      part.examples.flatMap(({ output }): readonly RuleFinding[] => {
        const broken = rules.map((rule) => rule(output.text)).find((each) => each !== undefined);
        if (broken === undefined) return [];
        const { from, to } = output;
        const { mended, rewrite } = broken;
        const edits = mended === null ? [] : [edit(part, { from, to }, mended)];
        return [{ part, from, to, reason: broken.reason, rewrite: mended ?? rewrite, edits }];
      }),
    );
  },
};

interface Broken {
  readonly reason: string;
  readonly rewrite: string;
  /** The answer as the rules have it, where there is no doubt. */
  readonly mended: string | null;
}

/** What holds for every answer. */
type AnswerRule = (answer: string) => Broken | undefined;

function answerRules(prompt: ParsedPrompt): readonly AnswerRule[] {
  const statements = prompt.parts.flatMap((part) => part.statements);
  const labels = statements.map(({ text }) => labelsIn(text)).find((list) => list.length > 0) ?? [];
  const claims = claimsOf(prompt);
  const isJson = statements.some(({ plain }) =>
    /\b(?:return|respond|reply|answer|output|give|write)\b[^.;]*\b(?:only|as|in|with|one|a|the) (?:valid |single |one )*json\b/i.test(
      plain,
    ),
  );
  return [
    ...(labels.length > 0 ? [labelRule(labels)] : []),
    ...(isJson ? [jsonRule] : []),
    ...claims.flatMap(({ about, value, bounds }): readonly AnswerRule[] => {
      if (about === 'the case of the answer') return [caseRule(value)];
      const unit = /^the number of (words|sentences|characters)$/.exec(about)?.[1];
      return unit === undefined || bounds === null ? [] : [lengthRule(unit, bounds[1])];
    }),
  ];
}

/** `one of: a, b, c`, `one of these labels: a, b.`, `Answer with yes, no or unclear` */
function labelsIn(text: string): readonly string[] {
  const [, listed] =
    /\b(?:one of|one label of|either)\b[^:]{0,40}:\s*(.+?)\.?$/i.exec(firstSentence(text)) ??
    /^(?:please )?(?:answer|reply|respond)(?: only)? with (?:exactly )?(?:one of )?((?:["'`]?[\w-]+["'`]?, )*["'`]?[\w-]+["'`]?,? or ["'`]?[\w-]+["'`]?)(?=[,.;]|$)/i.exec(
      text,
    ) ??
    [];
  if (listed === undefined) return [];
  const labels = listed
    .split(/,\s*(?:or\s+|and\s+)?|\s+or\s+|\s*\|\s*/)
    .map((label) => label.replace(/^["'`]|["'`]$/g, '').trim());
  const isLabel = (label: string): boolean => label !== '' && wordCount(label) <= 3;
  return labels.length > 1 && labels.every(isLabel) ? labels : [];
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s+\p{Lu})/u.exec(text)?.[0] ?? text;
}

function labelRule(labels: readonly string[]): AnswerRule {
  return (answer) => {
    const bare = answer.replace(/^["'`]|["'`.]+$/g, '');
    if (labels.includes(bare)) return undefined;
    const shown = inOneLine(answer).slice(0, 60);
    const same = labels.find((label) => label.toLowerCase() === bare.toLowerCase());
    if (same !== undefined) {
      return { reason: `the example answers "${shown}", the rules say "${same}"`, rewrite: same, mended: same };
    }
    // Whatever is longer than a label is an answer of another kind.
    if (wordCount(bare) > 3) return undefined;
    const list = labels.join(', ');
    return {
      reason: `the example answers "${shown}", which is none of: ${list}`,
      rewrite: `<one of: ${list}>`,
      mended: null,
    };
  };
}

/** Names in a longer answer have capitals of their own. */
const longestLabel = 4;

function caseRule(value: string): AnswerRule {
  return (answer) => {
    const mended = value === 'lower' ? answer.toLowerCase() : answer.toUpperCase();
    if (mended === answer || wordCount(answer) > longestLabel) return undefined;
    return {
      reason: `the example answers "${inOneLine(answer)}", the rules want ${value} case`,
      rewrite: mended,
      mended,
    };
  };
}

/** Braces that do not parse may be those of a template. */
const jsonRule: AnswerRule = (answer) => {
  if (/[{[]/.test(answer)) return undefined;
  try {
    JSON.parse(answer);
    return undefined;
  } catch {
    const reason = 'the example answers with what is no JSON, the rules want JSON';
    return { reason, rewrite: '<the same as JSON>', mended: null };
  }
};

function lengthRule(unit: string, most: number): AnswerRule {
  return (answer) => {
    const length = { words: wordCount(answer), characters: answer.length }[unit] ?? sentenceCount(answer);
    if (length <= most) return undefined;
    const reason = `the example answers with ${length} ${unit}, the rules allow ${most}`;
    return { reason, rewrite: `<the same in ${most} ${unit}>`, mended: null };
  };
}

function sentenceCount(text: string): number {
  return text.match(/[.!?]+(?=\s+["'(]*\p{Lu}|\s*$)/gu)?.length ?? 1;
}

/** Shorter texts are the same by chance. */
const leastWords = 4;
/** In a longer text, so many words are no chance. */
const leastWordsInside = 12;

export const exampleLeaksAnswer: Rule = {
  id: 'example-leaks-answer',
  sources: [copyingEffect],
  families: [],
  mends: false,
  bad: 'Name the tone of each line: kind or rude.\n\nLine: Get out of my way, will you?\nTone: rude\n\nLine: Thank you for waiting so long.\nTone: kind\n\nLine: Get out of my way, will you?\nTone:',
  good: 'Name the tone of each line: kind or rude.\n\nLine: Get out of my way, will you?\nTone: rude\n\nLine: Thank you for waiting so long.\nTone: kind\n\nLine: Who left this here again?\nTone:',
  check({ parts }) {
    const asked = parts.flatMap((part) => [
      ...part.asked.map(({ from, text }) => ({ part, from, text: normalised(text) })),
      ...documentsOf(part).map(({ from, to }) => ({ part, from, text: normalised(part.text.slice(from, to)) })),
    ]);
    return parts.flatMap((part) => part.examples.flatMap((example) => leak(part, example, asked)));
  },
};

/** What is asked, its text normalised. */
interface AskedText {
  readonly part: ParsedPart;
  readonly from: number;
  readonly text: string;
}

function leak(part: ParsedPart, { input, output }: PromptExample, asked: readonly AskedText[]): readonly RuleFinding[] {
  const text = normalised(input.text);
  const words = wordCount(text);
  if (words < leastWords) return [];
  const isInside = (other: string): boolean => words >= leastWordsInside && ` ${other} `.includes(` ${text} `);
  const same = asked.find((each) => each.text === text || isInside(each.text));
  if (same === undefined) return [];
  const line = same.part.lineAt(same.from);
  const reason = `the example is what is asked in line ${line}: its answer is copied, and nothing shows whether the prompt works`;
  return [{ part, from: input.from, to: output.to, reason, rewrite: '<another example>', edits: [] }];
}
