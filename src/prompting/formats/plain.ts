// A prompt without markup: labels for its parts, and marks with a code that no text holds around documents.

import { markCodeFor } from '../marks.js';
import {
  leftOutNamed,
  linesNamed,
  nameOnLine,
  withoutLastBreak,
  type PromptWriter,
  type PromptDocument,
  type SolvedExample,
} from './format.js';

export const plain: PromptWriter = {
  labels: 'labels',
  section: (name, text) => (name === 'Question' ? `Question: ${text}` : text),
  documents(documents) {
    const code = markCodeFor(documents.flatMap((document) => [document.name, ...textsOf(document)]).join('\n'));
    return documents.map((document, index) => marked(document, index, code)).join('\n\n');
  },
  examples: (examples) =>
    examples
      .map((example, index) => `Example ${index + 1}\nQuestion: ${example.question}\n${answered(example)}`)
      .join('\n\n'),
  label: (name) => name,
  solution: (example) => (example.reasoning === undefined ? example.answer : answered(example)),
};

function marked({ name, content }: PromptDocument, index: number, code: string): string {
  const body =
    content.kind === 'whole'
      ? [withoutLastBreak(content.text)]
      : content.excerpts.flatMap((excerpt) =>
          excerpt.kind === 'left-out'
            ? [`--- ${code}: ${leftOutNamed(excerpt)}`]
            : [`--- ${code}: ${linesNamed(excerpt.lines)}`, withoutLastBreak(excerpt.text)],
        );
  return [`--- ${code}: document ${index + 1}, ${nameOnLine(name)}`, ...body, `--- ${code}: end`].join('\n');
}

function textsOf({ content }: PromptDocument): readonly string[] {
  if (content.kind === 'whole') return [content.text];
  return content.excerpts.flatMap((excerpt) => (excerpt.kind === 'text' ? [excerpt.text] : []));
}

function answered({ reasoning, answer }: SolvedExample): string {
  return `${reasoning === undefined ? '' : `Reasoning: ${reasoning}\n`}Answer: ${answer}`;
}
