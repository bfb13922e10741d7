// What a prompt is told of the texts in it: control characters, which go, and chat markup, which stays.

import { cleanWholeText } from '../../../documents/text/cleaning.js';
import type { Warning } from '../../../engine/events/events.js';
import { chatMarkupIn, spaced, type FoundMarkup } from '../../../prompting/chat-markup.js';
import type { PromptDocument, SolvedExample } from '../../../prompting/formats/format.js';
import { countWithNoun } from '../../../reporters/format.js';

interface CleanExamples {
  readonly examples: readonly SolvedExample[];
  readonly warnings: readonly Warning[];
}

/** Solved examples as documents are read: without control characters. `path`: of their file. */
export function cleanExamples(examples: readonly SolvedExample[], path: string): CleanExamples {
  let removed = 0;
  const clean = (text: string): string => {
    const { text: kept, controlCharacters } = cleanWholeText(text);
    removed += controlCharacters;
    return kept;
  };
  const cleanOnes = examples.map(({ question, reasoning, answer }) => ({
    question: clean(question),
    reasoning: reasoning === undefined ? undefined : clean(reasoning),
    answer: clean(answer),
  }));
  const message = `${path}: ${countWithNoun(removed, 'control character')} removed from its examples`;
  return {
    examples: cleanOnes,
    warnings: removed === 0 ? [] : [{ event: 'warning', code: 'control-characters', message, hint: null }],
  };
}

/** What a prompt shows, and how a user finds it. */
export interface ShownTexts {
  readonly question: string;
  readonly documents: readonly PromptDocument[];
  readonly examples: readonly SolvedExample[];
  /** Of the file of the examples. */
  readonly path: string | undefined;
}

/** The texts of others stay as they are, to be cited; but what runs the model may read more into them. */
export function markupWarnings({ question, documents, examples, path }: ShownTexts): readonly Warning[] {
  const solved = examples.flatMap((example) => [example.question, example.reasoning ?? '', example.answer]).join('\n');
  const [inQuestion, inExamples] = [chatMarkupIn(question), chatMarkupIn(solved)];
  return [
    ...(inQuestion === undefined ? [] : [warningOf('the question', inQuestion)]),
    ...(inExamples === undefined ? [] : [warningOf(`${path ?? ''}: its examples`, inExamples)]),
    ...documents.flatMap((document) => {
      const found = markupOf(document);
      return found === undefined ? [] : [warningOf(`${document.name}:${found.line}`, found)];
    }),
  ];
}

function markupOf({ content }: PromptDocument): FoundMarkup | undefined {
  if (content.kind === 'whole') return chatMarkupIn(content.text);
  const all = content.excerpts.flatMap((excerpt) => {
    const found = excerpt.kind === 'text' ? chatMarkupIn(excerpt.text) : undefined;
    return excerpt.kind !== 'text' || found === undefined
      ? []
      : [{ ...found, line: found.line + excerpt.lines[0] - 1 }];
  });
  const [first] = all;
  return first === undefined ? undefined : { ...first, count: all.reduce((sum, { count }) => sum + count, 0) };
}

function warningOf(place: string, { token, count }: FoundMarkup): Warning {
  const more = count === 1 ? '' : ` and ${count - 1} more`;
  const message = `${place}: chat markup, ${token}${more}: a server may take it for the end of a message`;
  const hint = `with spaces in it, ${spaced(token)}, it is text to all`;
  return { event: 'warning', code: 'chat-markup', message, hint };
}
