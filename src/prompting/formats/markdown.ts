// A prompt in Markdown: headings for its parts, and fences around documents that are longer than any fence in them.

import {
  leftOutNamed,
  linesNamed,
  nameOnLine,
  withoutLastBreak,
  type DocumentExcerpt,
  type PromptWriter,
  type SolvedExample,
} from './format.js';

export const markdown: PromptWriter = {
  labels: 'headings',
  section: (name, text) => `# ${name}\n\n${text}`,
  documents(documents) {
    const parts = documents.map(({ name, content }, index) => {
      const heading = `## Document ${index + 1}: ${nameOnLine(name)}`;
      const body = content.kind === 'whole' ? [fenced(content.text)] : content.excerpts.map(excerpt);
      return [heading, ...body].join('\n\n');
    });
    return ['# Documents', ...parts].join('\n\n');
  },
  examples(examples) {
    const parts = examples.map(
      (example, index) =>
        `## Example ${index + 1}\n\n### Question\n\n${quoted(example.question)}\n\n${answered(example, '###')}`,
    );
    return ['# Examples', ...parts].join('\n\n');
  },
  label: (name) => `\`## ${name}\``,
  solution: (example) => (example.reasoning === undefined ? example.answer : answered(example, '##')),
};

function answered({ reasoning, answer }: SolvedExample, level: string): string {
  const steps = reasoning === undefined ? '' : `${level} Reasoning\n\n${quoted(reasoning)}\n\n`;
  return `${steps}${level} Answer\n\n${quoted(answer)}`;
}

function excerpt(excerpt: DocumentExcerpt): string {
  if (excerpt.kind === 'left-out') return `[${leftOutNamed(excerpt)}]`;
  return `[${linesNamed(excerpt.lines)}]\n\n${fenced(excerpt.text)}`;
}

/** The text in a fence that no run of backticks in it is as long as. */
function fenced(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${withoutLastBreak(text)}\n${fence}`;
}

/** The text as it is, unless a line of it would be taken for a heading or a fence. */
function quoted(text: string): string {
  return /^ {0,3}(#{1,6}(\s|$)|`{3}|~{3}|=+\s*$|-+\s*$)/m.test(text) ? fenced(text) : text;
}
