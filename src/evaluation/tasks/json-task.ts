// A task in a file: one JSON object a line, read as it is asked for.

import type { Document } from '../../engine/document.js';
import { UnspoolError } from '../../errors.js';
import type { BadExample, Example, ExampleQuestion, Task } from './example.js';
import { presets, type PresetName } from './presets.js';

/** Which fields of a line are the prompt, its answer, the steps to it and the others. */
export interface Fields {
  readonly prompt: string;
  readonly answer: string;
  readonly reasoning: string;
  readonly choices: string;
  readonly target: string;
}
export const usualFields: Fields = {
  ...{ prompt: 'prompt', answer: 'answer', reasoning: 'reasoning', choices: 'choices', target: 'target' },
};

/** How the lines of a task become examples. */
export interface TaskFormat {
  readonly fields: Fields;
  readonly preset: PresetName | undefined;
  /** The text at a prompt's end that asks for the answer, where the lines do not say. */
  readonly marker: string;
}

/** Never holds more than a line. */
export function jsonTask(document: Document, format: TaskFormat): Task {
  return {
    name: document.name,
    fixedFormat: false,
    async *examples() {
      for await (const { text, line } of linesOf(document)) {
        if (text.trim() === '') continue;
        for (const read of examplesOf(text, format)) yield typeof read === 'string' ? { problem: read, line } : read;
      }
    },
    progress() {
      const { bytes, totalBytes } = document.progress;
      return totalBytes === undefined || totalBytes === 0 ? null : Math.min(1, bytes / totalBytes);
    },
  };
}

/** The failure of a line that is no example. */
export function badLine(task: string, { problem, line }: BadExample): UnspoolError {
  const hint = 'mend the line, or leave such lines out with --skip-bad';
  return new UnspoolError('bad-example', `${task}:${line}: ${problem}`, hint);
}

async function* linesOf(document: Document): AsyncGenerator<{ text: string; line: number }> {
  let open = '';
  let line = 1;
  for await (const { text } of document.chunks()) {
    const [first = '', ...others] = text.split('\n');
    open += first;
    for (const next of others) {
      yield { text: open, line };
      open = next;
      line += 1;
    }
  }
  yield { text: open, line };
}

/** The examples of a line, or what is wrong with them. */
function examplesOf(text: string, { fields, preset, marker }: TaskFormat): readonly (Example | string)[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ['is no JSON'];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['is no JSON object'];
  const record = value as Readonly<Record<string, unknown>>;
  return preset === undefined ? [plainExample(record, fields, marker)] : presets[preset](record);
}

function plainExample(record: Readonly<Record<string, unknown>>, fields: Fields, marker: string): Example | string {
  const prompt = record[fields.prompt];
  if (typeof prompt !== 'string' || prompt === '') return `has no ${JSON.stringify(fields.prompt)} text`;
  const question = questionOf(record, fields);
  if (typeof question === 'string') return question;
  const asks = typeof record.marker === 'string' ? record.marker : marker;
  if (!prompt.endsWith(asks)) return `its prompt does not end in the marker ${JSON.stringify(asks)}`;
  const reasoning = record[fields.reasoning];
  return { prompt, marker: asks, question, ...(typeof reasoning === 'string' && { reasoning }) };
}

function questionOf(record: Readonly<Record<string, unknown>>, fields: Fields): ExampleQuestion | string {
  const [choices, target] = [record[fields.choices], record[fields.target]];
  const answer = typeof record[fields.answer] === 'number' ? String(record[fields.answer]) : record[fields.answer];
  if (target !== undefined) {
    if (choices !== undefined || answer !== undefined) return 'has a target beside an answer: give one of them';
    return typeof target === 'string' && target !== '' ? { kind: 'target', target } : 'its target is no text';
  }
  if (typeof answer !== 'string' || answer.trim() === '') return `has no ${JSON.stringify(fields.answer)}`;
  if (choices === undefined) return { kind: 'answer', answer };
  return choicesOf(choices, answer);
}

/** The answer may leave out the space that belongs to a choice. */
export function choicesOf(choices: unknown, answer: string): ExampleQuestion | string {
  if (
    !Array.isArray(choices) ||
    choices.length < 2 ||
    !choices.every((each) => typeof each === 'string' && each !== '')
  ) {
    return 'its choices are no list of two texts or more';
  }
  const texts = choices as string[];
  if (new Set(texts).size < texts.length) return 'has a choice twice';
  const exact = texts.indexOf(answer);
  const right = exact === -1 ? texts.findIndex((choice) => choice.trim() === answer.trim()) : exact;
  return right === -1
    ? `its answer ${JSON.stringify(answer)} is none of its choices`
    : { kind: 'choices', choices: texts, right };
}
