// A prompt for a base model, which knows no turns: a text that ends where the reply begins, and how the reply ends.

import type { BuiltPrompt } from './build.js';
import { strategies, type StrategyName } from '../strategies.js';

export interface TextPrompt {
  readonly text: string;
  /** The label of the reply's first part, which the text ends in; what is written goes on from it. Empty for none. */
  readonly opening: string;
  /** Found where the reply is over. */
  readonly end: RegExp;
}

/** Base models write on, with a next question of their own: there, and behind the line of the answer, they are done. */
const next = String.raw`\n\s*(?:Question:|Example \d)`;

/** Of a prompt in the format `plain`. */
export function textPrompt({ messages, inParts }: BuiltPrompt, strategy: StrategyName): TextPrompt {
  const text = messages.map((message) => message.text).join('\n\n');
  if (!inParts) return { text: `${text}\nAnswer:`, opening: '', end: new RegExp(`(?<=\\S[^\\n]*)\\n|${next}`) };
  const { recalls, tutorial } = strategies[strategy];
  const opening = tutorial ? 'Tutorial:' : recalls ? 'Problem 1:' : 'Reasoning:';
  // A recalled problem may have a line of its own that looks like the answer's.
  const end = recalls ? next : `(?<=(?:^|\\n)Answer:[^\\n]*\\S[^\\n]*)\\n|${next}`;
  return { text: `${text}\n${opening}`, opening, end: new RegExp(end) };
}
