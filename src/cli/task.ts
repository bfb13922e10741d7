// The task that the options of `unspool stream` ask for, and what does not go together.

import type { AskTask } from '../commands/stream/ask/run.js';
import type { SummarizeTask } from '../commands/stream/summarize/run.js';
import type { Task } from '../commands/stream/tasks.js';
import { usageError } from '../errors.js';
import { flagOf } from './options.js';
import type { StreamOptions } from './stream-command.js';

const tasks = ['digest', 'anomalies', 'perplexity', 'continue', 'summarize', 'ask'] as const;

type Kind = (typeof tasks)[number];

/** Questions, and a file that holds more of them. */
export interface AskOptions extends AskTask {
  readonly file: string | undefined;
}

/** Options that mean something for some tasks only. */
const belongings: readonly { readonly option: keyof StreamOptions; readonly tasks: readonly Kind[] }[] = [
  { option: 'top', tasks: ['digest', 'anomalies', 'ask'] },
  { option: 'given', tasks: ['anomalies'] },
  { option: 'as', tasks: ['digest', 'anomalies', 'ask'] },
  { option: 'all', tasks: ['digest', 'anomalies'] },
  { option: 'embeddingModel', tasks: ['ask'] },
  { option: 'embeddingServer', tasks: ['ask'] },
  { option: 'queryPrefix', tasks: ['ask'] },
  { option: 'passagePrefix', tasks: ['ask'] },
  { option: 'temperature', tasks: ['continue'] },
  { option: 'topP', tasks: ['continue'] },
  { option: 'minP', tasks: ['continue'] },
  { option: 'seed', tasks: ['continue'] },
  { option: 'stop', tasks: ['continue'] },
  { option: 'length', tasks: ['summarize'] },
  { option: 'focus', tasks: ['summarize'] },
  { option: 'format', tasks: ['summarize'] },
  { option: 'resume', tasks: ['summarize'] },
  { option: 'bookmark', tasks: ['digest', 'perplexity', 'continue'] },
];

/** Passages for each question. */
const usualEvidence = 5;

export function taskFrom(options: StreamOptions): Task | SummarizeTask | AskOptions {
  const kind = taskKind(options);
  for (const { option, tasks } of belongings) {
    if (options[option] !== undefined && !tasks.includes(kind)) {
      throw usageError(`--${flagOf(option)} has no meaning with --${kind}`, `use it with --${tasks.join(' or --')}`);
    }
  }
  if (kind === 'anomalies' && options.top !== undefined && options.given === undefined) {
    throw usageError('--top has no meaning with --anomalies, which come as they are found', 'use it with --given');
  }
  const reading = { as: options.as, all: options.all === true };
  switch (kind) {
    case 'perplexity':
      return { kind };
    case 'continue': {
      const { temperature = 0.8, topP = 1, minP = 0.05, seed = 0, stop = [] } = options;
      return { kind, tokens: options.continue ?? 0, sampling: { temperature, topP, minP, seed }, stop };
    }
    case 'summarize': {
      const { length: words = usualWords, focus, format = 'text', resume } = options;
      return { kind, words, focus, format, resume };
    }
    case 'digest':
      return { kind, top: options.top, ...reading };
    case 'ask': {
      const { ask = [], questions: file, top = usualEvidence, as } = options;
      return { kind, questions: ask, file, top, as };
    }
    case 'anomalies':
      return { kind, reference: options.given, top: options.top, ...reading };
  }
}

/** Of a summary. */
const usualWords = 200;

function taskKind(options: StreamOptions): Kind {
  const asked = (kind: Kind): boolean =>
    options[kind] !== undefined || (kind === 'ask' && options.questions !== undefined);
  const [kind = options.given === undefined ? 'digest' : 'anomalies', other] = tasks.filter(asked);
  if (other !== undefined) throw usageError(`--${kind} and --${other} are two tasks`, 'give one of them');
  return kind;
}
