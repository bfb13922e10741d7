// Rules on what is asked for: whether anything is, and whether the form of the answer is told.

import { documentsOf, type ParsedPart, type ParsedPrompt } from '../parsed-prompt.js';
import type { RuleFinding, Rule } from './rule.js';
import { anthropicPractices, googleStrategies, openaiPractices } from '../rule-sources.js';
import type { Statement } from '../statements.js';
import { shortened, wordCount } from '../prompt-text.js';
import { isEnglish, mayBeRequest } from '../words.js';

export const noTask: Rule = {
  id: 'no-task',
  sources: [openaiPractices, anthropicPractices],
  families: [],
  mends: false,
  bad: 'You are a senior tax adviser. You are precise and calm, and you know the law by heart.\n\n<letter>\nThe assessment for last year is due on 31 July.\n</letter>',
  good: 'You are a senior tax adviser.\n\n<letter>\nThe assessment for last year is due on 31 July.\n</letter>\n\nName the deadline of the letter in one sentence.',
  check({ parts }) {
    const told = parts.filter(({ message }) => message?.role !== 'assistant');
    const part = told.find(({ text }) => text.trim() !== '') ?? told[0];
    if (part === undefined || told.some(asks)) return [];
    const text = told.map((each) => each.text).join('\n');
    const isEmpty = text.trim() === '';
    if (!isEmpty && (wordCount(text) < leastWords || !isEnglish(text))) return [];
    const from = isEmpty ? 0 : part.text.search(/\S/);
    const to = from + (/^[^\r\n]*/.exec(part.text.slice(from))?.[0].length ?? 0);
    const reason = isEmpty
      ? 'the prompt is empty'
      : 'nothing here asks for anything: the model has to guess what to do';
    const rewrite = `<what to do${isEmpty ? '' : ' with it'}, such as: Summarise the text ${isEmpty ? 'below' : 'above'} in five sentences.>`;
    return [{ part, from, to, reason, rewrite, edits: [] }];
  },
};

/** What is shorter is a turn of a conversation, which asks by what was said before. */
const leastWords = 20;

function asks({ text, statements, blocks, examples, asked }: ParsedPart): boolean {
  // A sentence that breaks off is one to be completed.
  const breaksOff = blocks.at(-1)?.kind === 'instruction' && /[\p{L}\p{N},:]\s*$/u.test(text);
  return breaksOff || statements.some((each) => mayBeRequest(each.text)) || (examples.length > 0 && asked.length > 0);
}

/** Work whose answer is read by a program, or compared: its form is not to be guessed. A list is a form of its own. */
const needsForm =
  /^(?:(?:please|then|now|first|and)[, ]+)*(?:your task is to |you (?:will|should|must) )?(extract|classify|categori[sz]e|label|tag|identify|compare|rank|score|rate|annotate)\b/i;

/** What tells a form, or a part of one. */
const tellsForm = new RegExp(
  String.raw`\b(?:json|ya?ml|xml|csv|tsv|html|tables?|columns?|rows?|markdown|bullet(?:s|ed)?|lists?|numbered|format(?:ted)?|headings?|` +
    String.raw`sections?|lines?|words?|labels?|one of|sentences?|paragraphs?|templates?|schema|keys?|fields?|code block|` +
    String.raw`tags?|yes or no|true or false|scale|scores? (?:from|between|of)|from \d+ to \d+|plain text|return|output|` +
    String.raw`(?:respond|reply|answer) (?:only )?with|(?:begin|start|end)s? with|separated|either|style|as follows|only the)\b`,
  'i',
);

export const noOutputFormat: Rule = {
  id: 'no-output-format',
  sources: [openaiPractices, googleStrategies],
  families: [],
  mends: false,
  bad: 'Extract the sender, the date and the amount from the invoice below.\n\n<invoice>\nFrom Hill & Co, 3 May: 120 euros.\n</invoice>',
  good: 'Extract the sender, the date and the amount from the invoice below, as JSON with the keys "sender", "date" and "amount".\n\n<invoice>\nFrom Hill & Co, 3 May: 120 euros.\n</invoice>',
  check(prompt) {
    if (!hasMaterial(prompt)) return [];
    const statements = prompt.parts.flatMap((part) => part.statements.map((statement) => ({ part, statement })));
    const isTold =
      statements.some(({ statement }) => tellsForm.test(statement.text)) ||
      prompt.parts.some(({ blocks }) => blocks.some(({ kind }) => kind === 'example'));
    if (isTold) return [];
    const work = statements.find(({ statement }) => needsForm.test(statement.text));
    return work === undefined ? [] : [formless(work.part, work.statement)];
  },
};

/** Whether there is a text to work on, or a place for one. */
function hasMaterial({ parts }: ParsedPrompt): boolean {
  return parts.some((part) => documentsOf(part).length > 0 || /\{\{?\s*\w+\s*\}?\}|\[[A-Z_ ]{3,}\]/.test(part.text));
}

/** More are better told by the writer. */
const mostKeys = 12;

function formless(part: ParsedPart, { from, to, text }: Statement): RuleFinding {
  const [, verb = ''] = needsForm.exec(text) ?? [];
  const keys = /^(?:extract|identify)$/i.test(verb) ? keysOf(text) : [];
  const isChoice = /^(?:classify|categori[sz]e|label|tag)$/i.test(verb);
  const shown = shortened(text);
  const rewrite = isChoice
    ? `${shown} Answer with one of these labels and nothing else: <label>, <label>, <label>.`
    : keys.length > 1 && keys.length <= mostKeys
      ? `${shown} Return one JSON object with the keys ${keys.map((key) => `"${key}"`).join(', ')}; null for what is not there.`
      : `${shown} <The form of the answer, such as: Return a Markdown table with the columns …>`;
  const reason = `"${verb}" without a form for the answer: each run may give another one`;
  return { part, from, to, reason, rewrite, edits: [] };
}

/** `the parties, the monthly rent and the dates` as keys of an object. */
function keysOf(text: string): readonly string[] {
  const [, list = ''] =
    /^\W*(?:\w+ )*?(?:extract|identify)\s+(.*?)(?:\s+(?:from|in|of|for|out of)\b.*)?[.:]?$/i.exec(text) ?? [];
  const names = list
    .split(/,\s*(?:and\s+)?|\s+and\s+/)
    .map((name) => name.replace(/^(?:all )?(?:of )?(?:the|its|their|any|each) /i, ''));
  const isName = (name: string): boolean => /^[A-Za-z][\w' -]*$/.test(name) && name.split(' ').length <= 3;
  return names.every(isName) ? names.map((name) => name.toLowerCase().replace(/[^a-z0-9]+/g, '_')) : [];
}
