// Where the parts of a prompt stand, as the guide of each family of models advises.

import type { PromptFormat, PromptSlot } from '../../engine/events/events.js';

export const familyNames = ['gpt', 'claude', 'gemini', 'llama'] as const;
export type ModelFamily = (typeof familyNames)[number];

export type TextFormat = Exclude<PromptFormat, 'messages'>;

export interface Placement {
  /** What it is used for when nothing else is said. */
  readonly format: TextFormat;
  /** Of a prompt with documents. */
  readonly order: readonly PromptSlot[];
  /** Whether the model is asked to quote from documents before it thinks. */
  readonly quotes: boolean;
  readonly source: string;
}

export const placements: Readonly<Record<ModelFamily, Placement>> = {
  gpt: {
    format: 'markdown',
    order: ['task', 'instructions', 'examples', 'documents', 'question', 'reminder', 'pause'],
    quotes: false,
    source: 'OpenAI, GPT-4.1 Prompting Guide: Markdown first; instructions before and after long context',
  },
  claude: {
    format: 'xml',
    order: ['documents', 'task', 'instructions', 'examples', 'question', 'pause'],
    quotes: true,
    source: 'Anthropic, Long context prompting tips: documents at the top in XML tags, quotes first, the question last',
  },
  gemini: {
    format: 'markdown',
    order: ['task', 'examples', 'documents', 'instructions', 'question', 'pause'],
    quotes: false,
    source: 'Google, Gemini API, Prompt design strategies: context first, instructions and question at the very end',
  },
  llama: {
    format: 'markdown',
    order: ['task', 'documents', 'instructions', 'examples', 'question', 'pause'],
    quotes: false,
    source: 'Liu et al. 2023, arXiv:2307.03172: what matters stands at the start or the end of the context',
  },
};

/** Without documents there is nothing long to put in order. */
export const shortOrder: readonly PromptSlot[] = ['task', 'instructions', 'examples', 'question', 'pause'];

/** The family that a model's name tells; `llama` stands for all open models. */
export function familyOf(model: string): ModelFamily {
  const name = model.toLowerCase();
  if (/claude|sonnet|opus|haiku/.test(name)) return 'claude';
  if (name.includes('gemini')) return 'gemini';
  return /(^|[^a-z])(gpt-(?!2|j|neo)|chatgpt|o[1345](-|$))/.test(name) ? 'gpt' : 'llama';
}
