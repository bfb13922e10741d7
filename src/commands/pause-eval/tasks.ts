// The tasks of a pause evaluation, opened: their examples one by one, with solved ones in front.

import { openDocument } from '../../documents/open.js';
import { UnspoolError } from '../../errors.js';
import { isExample, withShots, type BadExample, type Example, type Task } from '../../evaluation/tasks/example.js';
import { generatedTask, usualGenerated, type GeneratedTaskName } from '../../evaluation/tasks/generated.js';
import { badLine, jsonTask, type TaskFormat } from '../../evaluation/tasks/json-task.js';
import type { InputSource } from '../options/reading.js';

export type TaskSource =
  | { readonly kind: 'generated'; readonly name: GeneratedTaskName }
  | { readonly kind: 'file'; readonly source: InputSource };

/** Solved examples in front of each: the task's own first ones, or all of a file. */
export type Shots = { readonly count: number } | { readonly from: string };

export interface TaskReading {
  readonly format: TaskFormat;
  readonly seed: number;
  readonly shots: Shots | undefined;
  /** Examples of each task; undefined for all, or `usualGenerated` of one that never ends. */
  readonly count: number | undefined;
  readonly skipBad: boolean;
  /** What a name can mean that is no file. */
  readonly madeHere: readonly GeneratedTaskName[];
  readonly signal: AbortSignal;
}

/** A task whose first example is read. */
export class OpenTask {
  readonly name: string;
  /** Undefined where only its end tells. */
  readonly count: number | undefined;
  /** How the first of them is judged, and so all of them. */
  readonly kind: Example['question']['kind'];
  /** Lines left out so far. */
  skipped = 0;
  /** Solved examples in front of each. */
  readonly shots: readonly Example[];
  readonly #task: Task;
  readonly #items: AsyncIterator<Example | BadExample>;
  readonly #skipBad: boolean;
  #first: Example | undefined;
  #taken = 0;

  private constructor(
    task: Task,
    items: AsyncIterator<Example | BadExample>,
    opening: {
      count: number | undefined;
      first: Example;
      shots: readonly Example[];
      skipped: number;
      skipBad: boolean;
    },
  ) {
    this.name = task.name;
    this.count = opening.count;
    this.kind = opening.first.question.kind;
    this.skipped = opening.skipped;
    this.#task = task;
    this.#items = items;
    this.#skipBad = opening.skipBad;
    this.#first = opening.first;
    this.shots = opening.shots;
  }

  /** Throws an `UnspoolError` for a task that cannot be read, or has no examples. */
  static async open(source: TaskSource, reading: TaskReading): Promise<OpenTask> {
    const { seed, shots, skipBad } = reading;
    const task = source.kind === 'generated' ? generatedTask(source.name, seed) : fileTask(source.source, reading);
    const count = reading.count ?? (source.kind === 'generated' ? usualGenerated : undefined);
    if (shots !== undefined && task.fixedFormat) {
      throw new UnspoolError(
        'fixed-format',
        `${task.name} takes no examples in front of its prompts`,
        'leave out --shots',
      );
    }
    const isFile = source.kind === 'file';
    const items = task.examples()[Symbol.asyncIterator]();
    const skips = { skipped: 0 };
    const next = (): Promise<Example | undefined> =>
      nextExample(task.name, items, skipBad, skips).catch((error: unknown) => {
        throw isFile ? withTaskNames(error, reading.madeHere) : error;
      });
    const solved: Example[] = [];
    if (shots !== undefined && 'from' in shots)
      solved.push(...(await allExamples(fileTask(shots.from, reading), skipBad)));
    else
      for (let index = 0; index < (shots?.count ?? 0); index += 1) {
        const example = await next();
        if (example !== undefined) solved.push(example);
      }
    const first = await next();
    if (first === undefined) {
      const message = `${task.name}: has no examples${solved.length > 0 ? ' beside those for --shots' : ''}`;
      throw new UnspoolError('no-examples', message, 'a task is one JSON object a line, with a prompt and its answer');
    }
    return new OpenTask(task, items, { count, first, shots: solved, skipped: skips.skipped, skipBad });
  }

  /** Undefined at the end. Throws an `UnspoolError` for a line that is no example, unless they are left out. */
  async next(): Promise<Example | undefined> {
    const example = await this.nextAlone();
    return example === undefined ? undefined : withShots(example, this.shots);
  }

  /** The same without solved ones in front. */
  async nextAlone(): Promise<Example | undefined> {
    if (this.count !== undefined && this.#taken >= this.count) return undefined;
    const example = this.#first ?? (await nextExample(this.name, this.#items, this.#skipBad, this));
    this.#first = undefined;
    if (example === undefined) return undefined;
    if (metricOf(example.question.kind) !== metricOf(this.kind)) {
      const message = `${this.name}: its examples have answers and references: they cannot be averaged`;
      throw new UnspoolError('mixed-task', message, 'put them into two files');
    }
    this.#taken += 1;
    return example;
  }

  /** How much is done, 0 to 1; null where that is unknown. */
  get done(): number | null {
    const read = this.#task.progress();
    if (this.count === undefined) return read;
    return Math.max(this.#taken / this.count, read ?? 0);
  }

  async close(): Promise<void> {
    await this.#items.return?.();
  }
}

/** What is no file may be meant as a name. */
function withTaskNames(error: unknown, names: readonly GeneratedTaskName[]): unknown {
  if (!(error instanceof UnspoolError) || error.code !== 'document-not-found') return error;
  const hint = `check the path; tasks made here are ${names.join(', ')}`;
  return new UnspoolError(error.code, error.message, hint, error.exitCode, { cause: error });
}

export function metricOf(kind: Example['question']['kind']): 'accuracy' | 'log-probability' {
  return kind === 'target' ? 'log-probability' : 'accuracy';
}

function fileTask(source: InputSource, { format, signal }: TaskReading): Task {
  return jsonTask(openDocument(source, { from: 'text', signal }), format);
}

async function nextExample(
  name: string,
  items: AsyncIterator<Example | BadExample>,
  skipBad: boolean,
  skips: { skipped: number },
): Promise<Example | undefined> {
  for (;;) {
    const next = await items.next();
    if (next.done === true) return undefined;
    if (isExample(next.value)) return next.value;
    if (!skipBad) throw badLine(name, next.value);
    skips.skipped += 1;
  }
}

async function allExamples(task: Task, skipBad: boolean): Promise<Example[]> {
  const examples: Example[] = [];
  for await (const item of task.examples()) {
    if (isExample(item)) examples.push(item);
    else if (!skipBad) throw badLine(task.name, item);
  }
  return examples;
}
