// The command line of `unspool stream --ask` as a request.

import { readFile } from 'node:fs/promises';
import { answersAtOnce } from '../backends/model-choice.js';
import { embedsOnServer } from '../backends/open-embedding.js';
import type { AskTask } from '../commands/stream/ask/run.js';
import type { Settings } from '../commands/run/model-run.js';
import type { Outcome } from '../commands/run/outcome.js';
import type { Reporter } from '../engine/events/reporter.js';
import { reasonOf, UnspoolError, usageError } from '../errors.js';
import { evidenceReporter, recallAccount } from '../commands/stream/ask/view.js';
import { embeddingFrom } from './embedding-options.js';
import { machineOptions, modelChoiceFrom } from './model-options.js';
import { flagOf, isQuestion, sourcesFrom, type OriginOf } from './options.js';
import { readingFrom } from './reading.js';
import { checkFileNames } from './report-files.js';
import { runReported, type Surroundings } from './run.js';
import { describeSettings } from './settings.js';
import type { StreamOptions } from './stream-command.js';
import type { AskOptions } from './task.js';

/** Each prompt is read into an empty cache. */
const policyOptions = ['policy', 'sinks', 'window', 'block'];
/** Options of a model that answers, and none is run unless it is named. */
const answerOptions = ['context', 'cacheType'];

export async function runAsk(
  asked: AskOptions,
  files: string[],
  options: StreamOptions,
  { version, originOf, io }: Surroundings,
): Promise<Outcome> {
  // What is set once for all is for tasks that take a model.
  const answers = originOf('model') === 'option' || originOf('server') === 'option';
  const embedding = embeddingFrom(options, io.environment);
  const embedsHere = embedding !== undefined && !embedsOnServer(embedding.model);
  checkOptions(options, { answers, embedsHere }, originOf);
  // Threads may be for a model that embeds here while a server answers.
  const ofModel: OriginOf = (option) =>
    embedsHere && machineOptions.some((each) => each === option) ? 'default' : originOf(option);
  const model = answers ? modelChoiceFrom(options, ofModel, io.environment) : undefined;
  if (model !== undefined && answersAtOnce(model) > 1) {
    throw usageError('--ask has one server answer', 'give one --server');
  }
  const sources = sourcesFrom(files, io);
  const reading = readingFrom(options);
  const { limit } = options;
  if (limit !== undefined && 'tokens' in limit) {
    throw usageError('--ask counts no tokens', 'give --limit in bytes: 64KiB, 10MB');
  }
  const { file, ...given } = asked;
  checkFileNames(options, [...sources, file]);
  const questions = [...given.questions, ...(file === undefined ? [] : await questionsIn(file))];
  const task: AskTask = { ...given, questions };
  const view = {
    results: (write: (text: string) => void): Reporter => evidenceReporter(write, questions.length),
    account: recallAccount,
    ...(!answers && embedding === undefined && { opening: 'reading' }),
  };
  const surface = { version, command: 'stream', options, view, io, readsInput: sources.includes(io.stdin) };
  return runReported(surface, async (reporter, signal, control) => {
    // Heavy: loads SQLite. Help and usage errors never get here.
    const { ask } = await import('../commands/stream/ask/run.js');
    const onSettled = (settings: Settings): void => {
      if (options.verbose === true) io.stderr.write(describeSettings(settings, originOf));
    };
    const run = { version, task, sources, reading, limitBytes: limit?.bytes, signal, control };
    return ask({ ...run, model, embedding, context: options.context, onSettled }, reporter);
  });
}

/** `embedsHere`: whether a model embeds in this process. */
function checkOptions(
  options: StreamOptions,
  { answers, embedsHere }: { readonly answers: boolean; readonly embedsHere: boolean },
  originOf: OriginOf,
): void {
  if (options.follow === true) {
    throw usageError('--follow never comes to the end that --ask answers at', 'leave one of them out');
  }
  const rolling = policyOptions.find((option) => originOf(option) === 'option');
  if (rolling !== undefined) {
    const message = `--${flagOf(rolling)} has no meaning with --ask, which reads each prompt into an empty cache`;
    throw usageError(message, 'leave it out');
  }
  const meaningless = [...(answers ? [] : answerOptions), ...(answers || embedsHere ? [] : machineOptions)];
  const idle = meaningless.find((option) => originOf(option) === 'option');
  if (idle !== undefined) {
    const message = `--${flagOf(idle)} has no meaning with --ask where no model answers`;
    throw usageError(message, 'leave it out, or give --model an instruct model');
  }
}

/** One a line; blank lines are none. */
async function questionsIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const message = `--questions ${file}: cannot be read: ${reasonOf(error)}`;
    throw new UnspoolError('questions-unreadable', message, 'give a text file with one question a line');
  });
  const questions = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const wrong = questions.find((line) => !isQuestion(line));
  if (wrong !== undefined) throw usageError(`--questions ${file}: no word to look for in: ${wrong}`, 'leave it out');
  if (questions.length === 0) throw usageError(`--questions ${file}: holds no question`, 'write one a line');
  return questions;
}
