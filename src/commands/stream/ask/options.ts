// `unspool stream --ask` on the command line.

import { readFile } from 'node:fs/promises';
import type { Invocation } from '../../../cli/command.js';
import { answersAtOnce } from '../../../backends/model-choice.js';
import { embedsOnServer } from '../../../backends/open-embedding.js';
import { group, option, refuseGiven, type OriginOf, type Values, type ValuesOf } from '../../../cli/flags.js';
import { InvalidArgumentError, flagOf, parseName } from '../../../cli/parsers.js';
import { reasonOf, UnspoolError, usageError } from '../../../errors.js';
import { apiKeyFrom, machineOptions, modelChoiceFrom, parseServer } from '../../options/model.js';
import { isQuestion } from '../../options/questions.js';
import { documentsFrom, type DocumentTask } from '../../run/document-task.js';
import { usualEvidence, type StreamOptions } from '../options.js';
import type { EmbeddingSetup } from './open-meaning.js';

export const askFlags = {
  ask: option(
    '<question>',
    'what the documents say to a question, in their own words, and with --model an answer of an instruct model; ' +
      'may be given several times',
    addQuestion,
  ),
};

const tasks = ['ask'];

export const meaningFlags = group('Questions, by meaning too:', {
  embeddingModel: option(
    '<file>',
    'for --ask: find what says it in other words, too, with a GGUF embedding model, named as for --model',
    parseName,
    { tasks },
  ),
  embeddingServer: option(
    '<url>',
    'the same on an OpenAI-compatible server, which knows it as --embedding-model; the key is in UNSPOOL_API_KEY',
    (text) => parseServer(text, '--embedding-server'),
    { tasks },
  ),
  queryPrefix: option('<text>', 'what the embedding model wants before a question, such as "query: "', parsePrefix, {
    tasks,
  }),
  passagePrefix: option('<text>', 'what it wants before a passage, such as "passage: "', parsePrefix, { tasks }),
});

type Options = StreamOptions & Values<typeof askFlags> & ValuesOf<typeof meaningFlags>;

/** Each prompt is read into an empty cache. */
const policyOptions = ['policy', 'sinks', 'window', 'block'];
/** Options of a model that answers, and none is run unless it is named. */
const answerOptions = ['context', 'cacheType'];

export const ask: DocumentTask<Options> = {
  name: 'ask',
  flags: askFlags,
  alsoNamedBy: ['questions'],
  async prepare(line) {
    const { options, originOf, io } = line;
    const { top = usualEvidence, as, limit, context, questions: file } = options;
    // What is set once for all is for tasks that take a model.
    const answers = originOf('model') === 'option' || originOf('server') === 'option';
    const embedding = embeddingFrom(options, io.environment);
    const embedsHere = embedding !== undefined && !embedsOnServer(embedding.model);
    checkOptions(options, { answers, embedsHere }, originOf);
    const model = answers ? answeringModel(line, embedsHere) : undefined;
    const documents = documentsFrom(line, 'stream', [file]);
    if (limit !== undefined && 'tokens' in limit) {
      throw usageError('--ask counts no tokens', 'give --limit in bytes: 64KiB, 10MB');
    }
    const questions = [...(options.ask ?? []), ...(file === undefined ? [] : await questionsIn(file))];
    const { evidenceView } = await import('./view.js');
    return {
      documents,
      view: evidenceView(questions.length, answers || embedding !== undefined),
      async run(session) {
        // Heavy: loads SQLite. Help and usage errors never get here.
        const { askDocuments } = await import('./run.js');
        const found = { ...documents, limitBytes: limit?.bytes, questions, top, as };
        await askDocuments(session, { ...found, model, embedding, context });
      },
    };
  },
};

function answeringModel({ options, originOf, io }: Invocation<Options>, embedsHere: boolean) {
  // Threads may be for a model that embeds here while a server answers.
  const ofModel: OriginOf = (name) =>
    embedsHere && machineOptions.some((each) => each === name) ? 'default' : originOf(name);
  const model = modelChoiceFrom(options, ofModel, io.environment);
  if (answersAtOnce(model) > 1) throw usageError('--ask has one server answer', 'give one --server');
  return model;
}

/** `embedsHere`: whether a model embeds in this process. */
function checkOptions(
  { follow }: Options,
  { answers, embedsHere }: { readonly answers: boolean; readonly embedsHere: boolean },
  originOf: OriginOf,
): void {
  if (follow === true) {
    throw usageError('--follow never comes to the end that --ask answers at', 'leave one of them out');
  }
  refuseGiven(policyOptions, originOf, 'with --ask, which reads each prompt into an empty cache', 'leave it out');
  const idle = [...(answers ? [] : answerOptions), ...(answers || embedsHere ? [] : machineOptions)];
  const hint = 'leave it out, or give --model an instruct model';
  refuseGiven(idle, originOf, 'with --ask where no model answers', hint);
}

/** What finds spans by meaning. Undefined where none is asked for. */
function embeddingFrom(options: Options, environment: NodeJS.ProcessEnv): EmbeddingSetup | undefined {
  const { embeddingModel: model, embeddingServer: server, queryPrefix = '', passagePrefix = '' } = options;
  const prefixes = { query: queryPrefix, passage: passagePrefix };
  if (server !== undefined) return { model: { server, model, apiKey: apiKeyFrom(environment) }, prefixes };
  if (model === undefined) {
    const idle = (['queryPrefix', 'passagePrefix'] as const).find((option) => options[option] !== undefined);
    if (idle === undefined) return undefined;
    throw usageError(`--${flagOf(idle)} has no meaning without an embedding model`, 'give --embedding-model');
  }
  const { threads, gpu, gpuLayers } = options;
  const layers = gpuLayers === 'auto' || gpu === 'off' ? undefined : gpuLayers;
  return { model: { path: model, threads, gpu, gpuLayers: layers }, prefixes };
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

/** Collects questions, each of which has a word to look for. */
function addQuestion(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!isQuestion(text)) throw new InvalidArgumentError('Give a question, with a word to look for.');
  return [...(before ?? []), text];
}

function parsePrefix(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a text.');
  return text;
}
