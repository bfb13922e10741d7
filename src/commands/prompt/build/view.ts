// Prompts and replies for people: the prompt as it is, or what a model replies; and what it is made of.

import type {
  Account,
  PromptBuilt,
  PromptedDocument,
  PromptRecall,
  Reply,
  RunEnd,
  RunEvent,
} from '../../../engine/events/events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import type { TaskView } from '../../run/task-view.js';
import { countWithNoun, duration, groupDigits, printable, printableText } from '../../../reporters/format.js';

/** What goes to standard output. */
export type PromptOutput = 'prompt' | 'reply' | 'answer';

export function promptReporter(shown: PromptOutput): (write: (text: string) => void) => Reporter {
  return (write) => ({
    handle(event: RunEvent) {
      if (event.event === 'prompt' && shown === 'prompt') write(`${printableText(event.text)}\n`);
      if (event.event === 'text-delta' && shown === 'reply') write(printableText(event.text));
      if (event.event !== 'reply' || shown === 'prompt') return;
      // The shell's prompt starts on a line of its own.
      if (shown === 'reply' && event.text !== '' && !event.text.endsWith('\n')) write('\n');
      if (shown === 'answer' && event.answer !== null) write(`${printableText(event.answer)}\n`);
    },
    close: () => undefined,
  });
}

/** What a prompt is made of and what it leaves out, and what a reply took, on standard error. */
export function promptAccount(write: (text: string) => void): Reporter {
  const accounts = new Map<number, Account>();
  return {
    handle(event: RunEvent) {
      if (event.event === 'document-end') accounts.set(event.document.index, event.account);
      if (event.event === 'prompt') write(promptSummary(event, accounts));
      if (event.event === 'reply') write(replySummary(event));
      if (event.event === 'run-end') write(interruptionLine(event));
    },
    close: () => undefined,
  };
}

/** `accounts`: of documents, by their index. */
function promptSummary(
  { strategy, family, format, tokens, examples, documents, recalled }: PromptBuilt,
  accounts: ReadonlyMap<number, Account>,
): string {
  const { total, budget, tokenizer, exact, parts } = tokens;
  const of = parts.map(({ part, tokens: count }) => `${part} ${groupDigits(count)}`).join(', ');
  const shown = examples === 0 ? '' : `, ${countWithNoun(examples, 'example')}`;
  const lines = [
    `${strategy}${shown}, ${format} for ${family}: ${exact ? '' : 'about '}${groupDigits(total)} of ${groupDigits(budget)} tokens ` +
      `by ${printable(tokenizer)} (${of})`,
    ...documents.map((document) => contents(document) + cleaning(accounts.get(document.document.index))),
    ...(recalled === null ? [] : [chosen(recalled)]),
  ];
  return `${lines.join('\n  ')}\n`;
}

/** Places that are named at most. */
const mostPlaces = 3;

function contents({ document, lines, passages, leftOut }: PromptedDocument): string {
  const name = printable(document.name);
  if (leftOut.length === 0) return `${name}: all of its ${countWithNoun(lines, 'line')}`;
  const places = leftOut.slice(0, mostPlaces).map(({ after, before }) => {
    if (after === null) return before === null ? 'all of it' : `before line ${before}`;
    return before === null ? `after line ${after}` : `between lines ${after} and ${before}`;
  });
  const more = leftOut.length > mostPlaces ? `, and in ${groupDigits(leftOut.length - mostPlaces)} more places` : '';
  return `${name}: ${countWithNoun(passages, 'passage')} of its ${countWithNoun(lines, 'line')}; left out: ${places.join(', ')}${more}`;
}

/** What reading changed. */
function cleaning(account: Account | undefined): string {
  const { controlCharacters = 0, invalidBytes = 0 } = account ?? {};
  const removed = controlCharacters === 0 ? '' : `; ${countWithNoun(controlCharacters, 'control character')} removed`;
  return invalidBytes === 0 ? removed : `${removed}; ${countWithNoun(invalidBytes, 'invalid byte')} replaced by U+FFFD`;
}

function chosen({ byQuestion, byDigest, of, unknownWords }: PromptRecall): string {
  const digested = byDigest === 0 ? '' : `, ${groupDigits(byDigest)} by the digest`;
  const nowhere = unknownWords.map((word) => `"${printable(word)}"`).join(', ');
  const missing = nowhere === '' ? '' : `; nowhere: ${nowhere}`;
  return `of ${countWithNoun(of, 'span')}, ${groupDigits(byQuestion)} chosen by the question${digested}${missing}`;
}

function replySummary({ exemplars, answer, ended: how, tokens }: Reply): string {
  const { prompt, reasoning, answer: written } = tokens;
  const recalled = exemplars.length === 0 ? '' : `${countWithNoun(exemplars.length, 'problem')} recalled, `;
  const reasoned = reasoning === 0 ? '' : ` and ${groupDigits(reasoning)} of reasoning`;
  const missing = answer === null && how !== 'interrupted' ? '; it comes to no final answer' : '';
  return `reply: ${recalled}${countWithNoun(prompt, 'token')} read, ${groupDigits(written)} written${reasoned}${missing}\n`;
}

function interruptionLine({ status, seconds }: RunEnd): string {
  return status === 'interrupted' ? `interrupted after ${duration(seconds)}\n` : '';
}

export function promptView(shown: PromptOutput): TaskView {
  return {
    results: promptReporter(shown),
    account: promptAccount,
    // No model is run for a prompt alone.
    ...(shown === 'prompt' && { opening: 'reading' }),
  };
}
