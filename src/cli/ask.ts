// The command line of `unspool stream --ask` as a request.

import { readFile } from 'node:fs/promises';
import type { AskTask } from '../commands/ask.js';
import type { Outcome } from '../commands/outcome.js';
import type { Reporter } from '../engine/reporter.js';
import { usageError, UnspoolError } from '../errors.js';
import { evidenceReporter, recallAccount } from '../reporters/evidence.js';
import { flagOf, isQuestion, sourcesFrom, type OriginOf } from './options.js';
import { readingFrom } from './reading.js';
import { runReported, type Surroundings } from './run.js';
import type { StreamOptions } from './stream-command.js';
import type { AskOptions } from './task.js';

/** Options of what a model does, and no model is run. */
const modelOptions = ['policy', 'sinks', 'window', 'block', 'context', 'cacheType', 'threads', 'gpu', 'gpuLayers'];

export async function runAsk(
  asked: AskOptions,
  files: string[],
  options: StreamOptions,
  { version, originOf, io }: Surroundings,
): Promise<Outcome> {
  checkOptions(options, originOf);
  const sources = sourcesFrom(files, io);
  const reading = readingFrom(options);
  const { limit } = options;
  if (limit !== undefined && 'tokens' in limit) {
    throw usageError('--ask counts no tokens', 'give --limit in bytes: 64KiB, 10MB');
  }
  const { file, ...given } = asked;
  const questions = [...given.questions, ...(file === undefined ? [] : await questionsIn(file))];
  const task: AskTask = { ...given, questions };
  const view = {
    results: (write: (text: string) => void): Reporter => evidenceReporter(write, questions.length),
    account: recallAccount,
    opening: 'reading',
  };
  const surface = { version, command: 'stream', options, view, io, readsInput: sources.includes(io.stdin) };
  return runReported(surface, async (reporter, signal, control) => {
    // Heavy: loads SQLite. Help and usage errors never get here.
    const { ask } = await import('../commands/ask.js');
    const model = originOf('model') === 'option' ? options.model : undefined;
    return ask({ ...{ version, task, sources, reading, limitBytes: limit?.bytes, model, signal, control } }, reporter);
  });
}

function checkOptions(options: StreamOptions, originOf: OriginOf): void {
  if (options.follow === true) {
    throw usageError('--follow never comes to the end that --ask answers at', 'leave one of them out');
  }
  const wrong = modelOptions.find((option) => originOf(option) === 'option');
  if (wrong !== undefined) {
    throw usageError(`--${flagOf(wrong)} has no meaning with --ask, which runs no model`, 'leave it out');
  }
}

/** One a line; blank lines are none. */
async function questionsIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? (error.message.split(', ', 1)[0] ?? '') : String(error);
    const message = `--questions ${file}: cannot be read: ${reason}`;
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
