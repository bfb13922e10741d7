// The names of the rules, what each finds, and the families of models that some are for.

import type { ModelFamily as AnyFamily } from '../../building/placement.js';

export const ruleNames = {
  'no-task': 'a prompt that asks for nothing: a text or a role alone',
  'no-output-format': 'facts or labels that are asked for without the form of the answer',
  'vague-instruction': 'wording that no answer can be held against, such as "fairly short" or "etc."',
  'conflicting-instructions': 'two instructions that cannot both be followed',
  'example-breaks-rule': 'an example whose answer the rules of the prompt do not allow',
  'example-leaks-answer': 'an example that is the very thing that is asked',
  'buried-instruction': 'an instruction in the middle of a long document',
  'question-position': 'a task only above a long document for Claude and Gemini, or only below it for GPT',
  'delimiter-in-document': 'a document that holds the delimiter that is around it',
  'chat-markup': 'control tokens of chat templates in a text',
  'token-waste':
    'what costs tokens and changes no answer: repeated instructions and paragraphs, tips and threats, base64',
  'family-format':
    'documents in a form that the family reads worse: a JSON list for GPT, no tags for Claude, tags and titles mixed for Gemini',
} as const;

export type RuleName = keyof typeof ruleNames;

/** Families of models whose makers give advice that differs. */
export const families = ['gpt', 'claude', 'gemini'] as const satisfies readonly AnyFamily[];

export type RuleFamily = (typeof families)[number];
