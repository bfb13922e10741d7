// Whether a paragraph is instructions beyond doubt: only there may --fix take words out.

import type { PromptBlock, ParsedPart } from './parsed-prompt.js';
import { wholeLines, type TextRange } from './prompt-text.js';
import type { Statement } from './statements.js';
import { isRequest } from './words.js';

/**
 * Songs, recipes and letters may stand in a prompt without anything around them, and speak in imperatives, too. So the
 * paragraph has to be the first that asks for something, to do that in each sentence, and to announce nothing; and
 * what the prompt works on has to be known: in delimiters, or behind a label. `aside`: sentences that need not ask.
 */
export function isSurelyInstruction(
  part: ParsedPart,
  { from, to }: TextRange,
  aside: (statement: Statement) => boolean,
): boolean {
  const { blocks, titles, message, text } = part;
  const index = blocks.findIndex((block) => block.from <= from && to <= block.to);
  const own = blocks[index];
  if (own?.kind !== 'instruction') return false;
  const isTitled = titles.some(
    (title) => title.from < from && !instructionTitle.test(text.slice(title.from, title.to)),
  );
  const before = blocks.slice(0, index);
  if (isTitled || !before.every((block) => isDelimited(block) || statementsIn(part, block).every(isRole))) return false;
  const after = blocks.slice(index + 1);
  if (!after.every((block) => isDelimited(block) || block.kind === 'example' || isLabelled(part, block))) return false;
  const isRule = (each: Statement, at: number): boolean =>
    isAnswerRule(each) || (at === 0 && isRole(each)) || aside(each);
  if (!statementsIn(part, own).every(isRule)) return false;
  if (blocks.some(isDelimited)) return true;
  const isElsewhere = after.length > 0 || /^(?:system|developer)$/.test(message?.role ?? '');
  return isElsewhere && !pointsAhead.test(text.slice(own.from, own.to));
}

const instructionTitle = /\b(?:instructions?|rules?|guidelines?|requirements?|constraints?|tasks?)\b/i;
const pointsAhead = /\b(?:below|following|this|these|here)\b/i;

/** What ends with a colon may announce a text. */
function isAnswerRule({ text }: Statement): boolean {
  return isRequest(text) && !/[:?]$/.test(text);
}

/** `You are …`, `You write …`: whom the model speaks as. */
export function isRole({ text }: Statement): boolean {
  return /^you\b/i.test(text) && !text.endsWith(':');
}

function isDelimited({ delimiter }: PromptBlock): boolean {
  return delimiter !== null;
}

/** `Sentence: The shop is closed.` */
function isLabelled({ text }: ParsedPart, { from }: PromptBlock): boolean {
  const line = wholeLines(text, { from, to: from });
  return /^[^\S\n]*[A-Z][\w ]{0,30}:[^\S\n]+\S/.test(text.slice(line.from, line.to));
}

function statementsIn({ statements }: ParsedPart, { from, to }: TextRange): readonly Statement[] {
  return statements.filter((each) => each.from >= from && each.to <= to);
}
