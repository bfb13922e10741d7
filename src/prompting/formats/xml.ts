// A prompt in XML tags. In texts, only what would be taken for one of these tags is escaped: code stays readable.

import type { LineRange } from '../../engine/events/events.js';
import { nameOnLine, withoutLastBreak, type PromptWriter, type DocumentExcerpt, type SolvedExample } from './format.js';

const tags = [
  ...['documents', 'document', 'source', 'document_content', 'passage', 'left_out', 'task', 'instructions', 'question'],
  ...['reminder', 'pause', 'examples', 'example', 'reasoning', 'answer', 'tutorial', 'problem', 'solution', 'quotes'],
];
const tag = new RegExp(`<(?=/?(?:${tags.join('|')})(?![\\w-]))`, 'gi');

/** Undone by `&lt;` -> `<`, and `&amp;...lt;` -> one `amp;` less: no two texts become the same. */
export function escaped(text: string): string {
  return text.replace(/&(?=(?:amp;)*lt;)/g, '&amp;').replace(tag, '&lt;');
}

export const xml: PromptWriter = {
  labels: 'tags',
  section: (name, text) => element(name.toLowerCase(), name === 'Question' ? escaped(text) : text),
  documents(documents) {
    const parts = documents.map(({ name, content }, index) => {
      const source = `<source>${escaped(nameOnLine(name))}</source>`;
      const text =
        content.kind === 'whole' ? escaped(withoutLastBreak(content.text)) : content.excerpts.map(excerpt).join('\n');
      return `<document index="${index + 1}">\n${source}\n${element('document_content', text)}\n</document>`;
    });
    return element('documents', parts.join('\n'));
  },
  examples(examples) {
    const parts = examples.map((example) =>
      element('example', `${element('question', escaped(example.question))}\n${answerElements(example)}`),
    );
    return element('examples', parts.join('\n'));
  },
  label(name) {
    const [word = '', number] = name.toLowerCase().split(' ');
    return number === undefined ? `<${word}>` : `<${word} number="${number}">`;
  },
  solution: (example) => (example.reasoning === undefined ? example.answer : answerElements(example)),
};

function answerElements({ reasoning, answer }: SolvedExample): string {
  const steps = reasoning === undefined ? '' : `${element('reasoning', escaped(reasoning))}\n`;
  return `${steps}${element('answer', escaped(answer))}`;
}

function excerpt(excerpt: DocumentExcerpt): string {
  if (excerpt.kind === 'left-out') {
    const { after, before } = excerpt;
    const from = after === null ? '' : ` after_line="${after}"`;
    return `<left_out${from}${before === null ? '' : ` before_line="${before}"`}/>`;
  }
  return `<passage lines="${linesIn(excerpt.lines)}">\n${escaped(withoutLastBreak(excerpt.text))}\n</passage>`;
}

function linesIn([from, to]: LineRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}

function element(name: string, text: string): string {
  return `<${name}>\n${text}\n</${name}>`;
}
