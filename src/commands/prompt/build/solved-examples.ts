// Solved examples for a prompt: the first ones of a file, or those most like the question.

import { openDocument } from '../../../documents/open.js';
import { inNameless } from '../../../files/temporary-file.js';
import { UnspoolError } from '../../../errors.js';
import { questionAndAnswerOf } from '../../../evaluation/tasks/question-and-answer.js';
import { isExample, type BadExample } from '../../../evaluation/tasks/example.js';
import { jsonTask, type TaskFormat } from '../../../evaluation/tasks/json-task.js';
import { wordsOf } from '../../../memory/words/search-words.js';
import { SpanIndex } from '../../../memory/recall/span-index.js';
import type { SolvedExample } from '../../../prompting/formats/format.js';
import { strategies, type StrategyName } from '../../../prompting/strategies.js';

export interface ExamplesFile {
  readonly path: string;
  readonly format: TaskFormat;
  /** Of them, at most. */
  readonly count: number;
}

/**
 * Throws an `UnspoolError` for a file without examples, or without what the strategy shows of them. `onBad`: what becomes of
 * lines that are no examples.
 */
export async function solvedExamples(
  { path, format, count }: ExamplesFile,
  strategy: StrategyName,
  question: string,
  signal: AbortSignal,
  onBad: (line: BadExample) => void = refuseIn(path),
): Promise<readonly SolvedExample[]> {
  const { examples: which, reasoning } = strategies[strategy];
  const most = which === 'first' ? count : Infinity;
  const examples = await examplesIn(path, format, { most, apartFrom: question, signal, onBad });
  const chosen = which === 'first' ? examples : await nearest(examples, question, count);
  const index = chosen.findIndex((example) => example.reasoning === undefined);
  if (reasoning === 'needed' && index !== -1) {
    const message = `${path}: its example ${index + 1} has no reasoning, which ${strategy} shows`;
    throw new UnspoolError('no-reasoning', message, 'name its field with --field reasoning=NAME, or use few-shot');
  }
  return chosen;
}

interface ExampleSearch {
  readonly most: number;
  /** An example that asks this would tell its answer. */
  readonly apartFrom: string;
  readonly signal: AbortSignal;
  readonly onBad: (line: BadExample) => void;
}

const refuseIn =
  (path: string) =>
  ({ line, problem }: BadExample): never => {
    const hint = 'a line is a JSON object with a prompt and its answer: see --preset and --field';
    throw new UnspoolError('bad-example', `${path}:${line}: ${problem}`, hint);
  };

async function examplesIn(path: string, format: TaskFormat, reading: ExampleSearch): Promise<SolvedExample[]> {
  const { most, apartFrom, signal, onBad } = reading;
  const task = jsonTask(openDocument(path, { from: 'text', signal }), format);
  const examples: SolvedExample[] = [];
  for await (const item of task.examples()) {
    if (!isExample(item)) {
      onBad(item);
      continue;
    }
    const example = questionAndAnswerOf(item);
    if (example.question !== apartFrom.trim()) examples.push(example);
    if (examples.length >= most) break;
  }
  if (examples.length > 0) return examples;
  throw new UnspoolError('no-examples', `${path}: has no examples`, 'give one JSON object a line');
}

/** By BM25; the most alike last, next to the question (as Rubin et al. 2022 have them). */
async function nearest(examples: readonly SolvedExample[], question: string, count: number): Promise<SolvedExample[]> {
  const index = await inNameless('the index', (folder) => new SpanIndex(folder));
  const nowhere = { byte: 0, endByte: 0, line: 0, endLine: 0, isCopy: 0, offset: 0, size: 0, checksum: 0 };
  try {
    // Each is a document of its own: neighbours in a file have nothing to do with each other.
    for (const [document, { question: text }] of examples.entries()) index.add(text, { ...nowhere, document });
    const found = index.search(wordsOf(question), count).map(({ document }) => document);
    const others = [...examples.keys()].filter((each) => !found.includes(each));
    const chosen = [...found, ...others].slice(0, count);
    return chosen.reverse().flatMap((each) => examples[each] ?? []);
  } finally {
    index.dispose();
  }
}
