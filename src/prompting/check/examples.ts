// Examples in a prompt: what was asked, and the answer that is shown.

import type { TextLine, TextRange } from './prompt-text.js';

export interface PromptExample {
  readonly input: LocatedText;
  readonly output: LocatedText;
}

/** A text and its place. */
export interface LocatedText extends TextRange {
  readonly text: string;
}

interface Field extends LocatedText {
  readonly label: string;
}

export interface LabelledGroups {
  readonly examples: readonly PromptExample[];
  /** Paragraphs that are examples ... */
  readonly shown: ReadonlySet<readonly TextLine[]>;
  /** ... and those of the same kind whose answer is left to the model, with what they ask. */
  readonly asked: ReadonlyMap<readonly TextLine[], LocatedText>;
}

/** So many paragraphs with the same first and last label are examples. */
const leastExamples = 2;

/** `Review: …` and `Sentiment: …`, paragraph by paragraph. */
export function labelledGroups(paragraphs: readonly (readonly TextLine[])[]): LabelledGroups {
  const groups = paragraphs.flatMap((lines) => {
    const fields = fieldsOf(lines);
    const [first] = fields;
    const last = fields.at(-1);
    return first === undefined || last === undefined ? [] : [{ lines, first, last }];
  });
  const isWhole = ({ first, last }: (typeof groups)[number]): boolean => first !== last && last.text !== '';
  const kindOf = ({ first, last }: (typeof groups)[number]): string => `${first.label}\n${last.label}`;
  const counts = new Map<string, number>();
  for (const group of groups.filter(isWhole)) counts.set(kindOf(group), (counts.get(kindOf(group)) ?? 0) + 1);
  const shown = groups.filter((group) => isWhole(group) && (counts.get(kindOf(group)) ?? 0) >= leastExamples);
  const firstLabels = new Set(shown.map(({ first }) => first.label));
  const asked = groups.filter((group) => !shown.includes(group) && firstLabels.has(group.first.label));
  return {
    examples: shown.map(({ first, last }) => ({ input: first, output: last })),
    shown: new Set(shown.map(({ lines }) => lines)),
    asked: new Map(asked.map(({ lines, first }) => [lines, first])),
  };
}

/** In a section or a tag of examples: tags inside, or labels. */
export function examplesIn(text: string, range: TextRange, lines: readonly TextLine[]): readonly PromptExample[] {
  const nested = tagsIn(text, range).filter(({ label }) => /^(?:example|shot)/i.test(label));
  if (nested.length > 0) return nested.flatMap((each) => pairOf(tagsIn(text, each)));
  const tags = tagsIn(text, range);
  return pairOf(tags.length > 1 ? tags : fieldsOf(lines));
}

function pairOf(fields: readonly Field[]): readonly PromptExample[] {
  const [input] = fields;
  const output = fields.at(-1);
  return input === undefined || output === undefined || input === output || output.text === ''
    ? []
    : [{ input, output }];
}

function tagsIn(text: string, { from, to }: TextRange): readonly Field[] {
  return [...text.slice(from, to).matchAll(/<([A-Za-z][\w-]*)(?:\s[^<>]*)?>([\s\S]*?)<\/\1>/g)].map((match) => {
    const [whole, label = '', contents = ''] = match;
    const start = from + match.index + whole.length - contents.length - label.length - 3;
    return trimmed({ label, text: contents, from: start, to: start + contents.length });
  });
}

/** Empty where the paragraph does not begin with a label; a line such as `Example 2` may stand in front. */
function fieldsOf(lines: readonly TextLine[]): readonly Field[] {
  const own = /^\W*example\b[^:]*:?\W*$/i.test(lines[0]?.text ?? '') ? lines.slice(1) : lines;
  const fields: Field[] = [];
  for (const line of own) {
    const match = /^\s*\**([A-Z][\w '/-]{0,30}?)(?:\s*\d+)?\**:\**(?:\s+|$)/.exec(line.text);
    if (match === null && fields.length === 0) return [];
    if (match === null) {
      const last = fields.pop();
      if (last !== undefined) fields.push({ ...last, text: `${last.text}\n${line.text}`, to: line.to });
    } else {
      const text = line.text.slice(match[0].length);
      fields.push({ label: match[1] ?? '', text, from: line.from + match[0].length, to: line.to });
    }
  }
  return fields.map(trimmed);
}

function trimmed(field: Field): Field {
  const start = field.from + field.text.length - field.text.trimStart().length;
  const text = field.text.trim();
  return { ...field, text, from: start, to: start + text.length };
}
