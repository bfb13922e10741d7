// `unspool stream` as commander knows it: its options, help and examples.

import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Limit } from '../commands/stream/tasks.js';
import { describe } from './help.js';
import { addModelOptions, parseServer, type ModelOptions } from './model-options.js';
import {
  addOutputOptions,
  addPolicyOptions,
  addReadingOptions,
  addQuestion,
  addText,
  limitOption,
  originsOf,
  parseChoice,
  parseCount,
  parseName,
  parseNumber,
  type Action,
  type OutputOptions,
  type PolicyOptions,
  type ReadingOptions,
} from './options.js';

export interface StreamOptions extends PolicyOptions, ModelOptions, OutputOptions, ReadingOptions {
  readonly digest?: true;
  readonly top?: number;
  readonly anomalies?: true;
  readonly given?: string;
  readonly perplexity?: true;
  readonly continue?: number;
  readonly summarize?: true;
  readonly length?: number;
  readonly focus?: string;
  readonly format?: 'text' | 'markdown';
  readonly resume?: string;
  readonly ask?: readonly string[];
  readonly questions?: string;
  readonly embeddingModel?: string;
  readonly embeddingServer?: string;
  readonly queryPrefix?: string;
  readonly passagePrefix?: string;
  readonly as?: 'log' | 'prose';
  readonly all?: true;
  readonly follow?: true;
  readonly limit?: Limit;
  readonly bookmark?: string;
  readonly bookmarkEvery?: number;
  readonly fromLine?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
}

/** A summary of fewer words says nothing. */
const parseWords = parseCount(10);

function parseEmbeddingServer(text: string): string {
  return parseServer(text, '--embedding-server');
}

function parsePrefix(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a text.');
  return text;
}

function parseFocus(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Give a few words.');
  return text;
}

export function addStream(program: Command, action: Action<StreamOptions>): void {
  const stream = program
    .command('stream')
    .argument('[file...]', 'documents, read in order; - is standard input')
    .summary('run documents of any length through a model')
    .description(
      'Runs documents of any length through a local model in constant memory. The first tokens stay in view as ' +
        'attention sinks, a rolling window of recent tokens follows, and what falls out of it is forgotten and counted.\n\n' +
        'Reads text, HTML and EPUB, also compressed with gzip or brotli. Of HTML and EPUB, lines and bytes are those of the ' +
        'text in them, with --limit too. Without FILE, reads standard input.',
    )
    .helpOption('-h, --help', 'print this help')
    .optionsGroup('Task:')
    .option('--digest', 'the most telling passages, in their own words, with their lines (default)')
    .option('--anomalies', 'lines that stand out, as they are found')
    .option('--perplexity', 'how well the model predicts the text')
    .option('--continue <tokens>', 'so many tokens after the text, from what is in view', parseCount(1))
    .option('--summarize', 'a summary in new words, with its lines; takes an instruct model')
    .option(
      '--ask <question>',
      'what the documents say to a question, in their own words, and with --model an answer of an instruct model; ' +
        'may be given several times',
      addQuestion,
    )
    .optionsGroup('Digest, anomalies and questions:')
    .option(
      '--top <count>',
      'passages of a digest (default: 5 to 20, by length) or for each question (default: 5), or lines with --given',
      parseCount(1),
    )
    .option('--questions <file>', 'for --ask: the questions of a file, one a line', parseName)
    .addOption(
      new Option('--as <kind>', 'log: each line is a record; prose (default: decided from the text)').argParser(
        parseChoice('log', 'prose'),
      ),
    )
    .option('--all', 'decode every line of a log, also where its template is known')
    .option(
      '--given <file>',
      'with --anomalies: read this reference first, then rank what it does not explain',
      parseName,
    )
    .optionsGroup('Questions, by meaning too:')
    .option(
      '--embedding-model <file>',
      'for --ask: find what says it in other words, too, with a GGUF embedding model, named as for --model',
      parseName,
    )
    .option(
      '--embedding-server <url>',
      'the same on an OpenAI-compatible server, which knows it as --embedding-model; the key is in UNSPOOL_API_KEY',
      parseEmbeddingServer,
    )
    .option('--query-prefix <text>', 'what the embedding model wants before a question, such as "query: "', parsePrefix)
    .option('--passage-prefix <text>', 'what it wants before a passage, such as "passage: "', parsePrefix)
    .optionsGroup('Continuation:')
    .option('--temperature <number>', '0 takes the most likely token (default: 0.8)', parseNumber(0, 100))
    .option('--top-p <share>', 'only the likeliest tokens that make up this share (default: 1)', parseNumber(0, 1))
    .option('--min-p <share>', 'only tokens this likely, relative to the likeliest (default: 0.05)', parseNumber(0, 1))
    .option('--seed <number>', 'same seed, same text (default: 0)', parseCount(0))
    .option('--stop <text>', 'end before this text; may be given several times', addText)
    .optionsGroup('Summary:')
    .option('--length <words>', 'of the summary, about (default: 200)', parseWords)
    .option('--focus <text>', 'what the summary is above all to tell of', parseFocus)
    .addOption(
      new Option('--format <format>', 'text or markdown (default: text)').argParser(parseChoice('text', 'markdown')),
    )
    .option(
      '--resume <file>',
      'keep each note there, of all documents, and go on from those of an earlier run',
      parseName,
    )
    .optionsGroup('Bookmark:')
    .option(
      '--bookmark <file>',
      'with --digest, --perplexity or --continue: go on from the place kept there, and keep it as it moves',
      parseName,
    )
    .option(
      '--bookmark-every <seconds>',
      'between two times that it is kept (default: 10); that takes at most 5% of the time',
      parseNumber(0, 1e6),
    )
    .option(
      '--from-line <line>',
      'go back to the last place kept up to this line; with --continue, write on from the end of the line',
      parseCount(1),
    )
    .optionsGroup('Reading:')
    .addOption(limitOption())
    .option('--follow', 'keep reading as the file grows or is rotated, until interrupted');
  addReadingOptions(stream);
  addPolicyOptions(stream);
  addModelOptions(stream);
  addOutputOptions(stream);
  describe(stream, [
    'unspool stream --top 8 moby-dick.txt',
    'unspool stream --anomalies --follow /var/log/syslog',
    "zcat huge.log.gz | unspool stream --json | jq -r '.text // empty'",
    'unspool stream --summarize --length 300 --model instruct.gguf book.txt',
    'unspool stream --continue 100 --seed 7 --stop THE moby-dick.txt',
    'unspool stream --perplexity --policy recompute:256/64 book.txt',
    'unspool stream --perplexity --bookmark book.bookmark book.txt',
    'unspool stream --ask "Who carved the ivory leg?" --top 3 moby-dick.txt',
    'unspool stream --ask "Who carved it?" --model instruct.gguf moby-dick.txt',
    'unspool stream --ask "Who carved it?" --embedding-model embed.gguf book.txt',
  ]);
  stream.action((files: string[], options: StreamOptions) => action(files, options, originsOf(stream)));
}
