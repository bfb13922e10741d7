// The command tree: what --help and the manual pages show, and what each command is called with.

import { Command, Help, Option } from 'commander';
import {
  addModelOptions,
  addOutputOptions,
  addPolicyOptions,
  addText,
  limitOption,
  parseChoice,
  parseChoices,
  parseCount,
  parsePolicies,
  parseNumber,
  type ModelOptions,
  type OutputOptions,
  type PolicyOptions,
} from './options.js';
import type { Limit } from '../commands/tasks.js';
import type { PolicySpec } from '../engine/policy.js';
import { encodingNames, type EncodingName } from '../engine/encodings.js';

export interface StreamOptions extends PolicyOptions, ModelOptions, OutputOptions {
  readonly digest?: true;
  readonly top?: number;
  readonly anomalies?: true;
  readonly given?: string;
  readonly perplexity?: true;
  readonly continue?: number;
  readonly as?: 'log' | 'prose';
  readonly all?: true;
  readonly follow?: true;
  readonly limit?: Limit;
  readonly temperature?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
}

export interface AnalyzeOptions extends PolicyOptions, ModelOptions, OutputOptions {
  readonly count?: true;
  readonly perplexity?: true;
  readonly compare?: readonly PolicySpec[];
  readonly horizon?: true;
  readonly surprise?: true;
  readonly attention?: true;
  readonly tokenizer?: readonly EncodingName[];
  readonly protocol?: 'rolling' | 'chunked';
  readonly chunk?: number;
  readonly top?: number;
  readonly heat?: true;
  readonly limit?: Limit;
  readonly report?: string;
  readonly svg?: string;
  readonly csv?: string;
}

/** What runs for each command. */
export interface Actions {
  readonly stream: Action<StreamOptions>;
  readonly analyze: Action<AnalyzeOptions>;
}

export type Action<Options> = (files: string[], options: Options, originOf: OriginOf) => Promise<void>;

/** Where an option's value came from, in words for people. */
export type OriginOf = (option: string) => string;

/** Texts that a command shows below its options, by heading. */
export interface Section {
  readonly heading: string;
  /** Lines, shown as they are. */
  readonly lines: readonly string[];
}

const sections = new WeakMap<Command, readonly Section[]>();

/** The sections below a command's options, for help and manual page alike. */
export function sectionsOf(command: Command): readonly Section[] {
  return sections.get(command) ?? [];
}

export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('unspool')
    .description("Reads documents longer than a language model's context, in constant memory.")
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    .configureHelp({ formatHelp });
  describe(program, [
    { heading: 'Exit status', lines: exitStatus },
    { heading: 'Environment', lines: environment },
  ]);

  const stream = program
    .command('stream')
    .argument('[file...]', 'documents, read in order; - is standard input')
    .summary('run documents of any length through a model')
    .description(
      'Runs documents of any length through a local model in constant memory. The first tokens stay in view as ' +
        'attention sinks, a rolling window of recent tokens follows, and what falls out of it is forgotten and counted.\n\n' +
        'Reads UTF-8 and UTF-16 text, also compressed with gzip or brotli. Without FILE, reads standard input.',
    )
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ formatHelp })
    .optionsGroup('Task:')
    .option('--digest', 'the most telling passages, in their own words, with their lines (default)')
    .option('--anomalies', 'lines that stand out, as they are found')
    .option('--perplexity', 'how well the model predicts the text')
    .option('--continue <tokens>', 'so many tokens after the text, from what is in view', parseCount(1))
    .optionsGroup('Digest and anomalies:')
    .option('--top <count>', 'passages of a digest (default: 5 to 20, by length), or lines with --given', parseCount(1))
    .addOption(
      new Option('--as <kind>', 'log: each line is a record; prose (default: decided from the text)').argParser(
        parseChoice('log', 'prose'),
      ),
    )
    .option('--all', 'decode every line of a log, also where its template is known')
    .option('--given <file>', 'with --anomalies: read this reference first, then rank what it does not explain')
    .optionsGroup('Continuation:')
    .option('--temperature <number>', '0 takes the most likely token (default: 0.8)', parseNumber(0, 100))
    .option('--top-p <share>', 'only the likeliest tokens that make up this share (default: 1)', parseNumber(0, 1))
    .option('--min-p <share>', 'only tokens this likely, relative to the likeliest (default: 0.05)', parseNumber(0, 1))
    .option('--seed <number>', 'same seed, same text (default: 0)', parseCount(0))
    .option('--stop <text>', 'end before this text; may be given several times', addText)
    .optionsGroup('Reading:')
    .addOption(limitOption())
    .option('--follow', 'keep reading as the file grows or is rotated, until interrupted');
  addPolicyOptions(stream);
  addModelOptions(stream);
  addOutputOptions(stream);
  describe(stream, [
    {
      heading: 'Examples',
      lines: [
        'unspool stream --top 8 moby-dick.txt',
        'unspool stream --anomalies --follow /var/log/syslog',
        'zcat huge.log.gz | unspool stream --json | jq -r \'select(.event == "passage").text\'',
        'unspool stream --continue 100 --seed 7 --stop THE moby-dick.txt',
        'unspool stream --perplexity --policy recompute:256/64 --model model.gguf book.txt',
      ],
    },
    { heading: 'Exit status', lines: exitStatus },
    { heading: 'Environment', lines: environment },
  ]);
  stream.action((files: string[], options: StreamOptions) => actions.stream(files, options, originsOf(stream)));
  addAnalyze(program, actions.analyze);
  return program;
}

function addAnalyze(program: Command, action: Action<AnalyzeOptions>): void {
  const analyze = program
    .command('analyze')
    .argument('[file...]', 'documents, read in order; - is standard input')
    .summary('say what documents are, in numbers')
    .description(
      'Says what documents are, in numbers: how long they are, how well a model predicts them and where it does not, ' +
        'and what a longer context or another policy would change.\n\n' +
        'Of --count: bytes are those of the file, after decompression. Lines are line feeds, and an unfinished last ' +
        'line. Words are runs without white space. Characters are code points. Words, characters and tokens are those ' +
        'of the text as a model is given it: without control characters and terminal escapes, and with CR LF as one ' +
        'line feed.\n\n' +
        'Reads UTF-8 and UTF-16 text, also compressed with gzip or brotli. Without FILE, reads standard input.',
    )
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ formatHelp })
    .optionsGroup('Task:')
    .option('--count', 'bytes, lines, words, characters and tokens; needs no model (default)')
    .option('--perplexity', 'how well the model predicts the text')
    .addOption(
      new Option(
        '--compare <specs>',
        'the text under several policies, with commas, and whether they differ: sinks:4+508,window:512',
      ).argParser(parsePolicies),
    )
    .option('--horizon', 'how much each doubling of the context helps')
    .option('--surprise', 'the lines that the model expected least, and the tokens that made them so')
    .option('--attention', 'how much attention each head pays to the first tokens, over 64 chunks without --limit')
    .optionsGroup('Count:')
    .addOption(
      new Option(
        '--tokenizer <names>',
        `of ${encodingNames.join(', ')}; several with commas (default: o200k_base)`,
      ).argParser(parseChoices(...encodingNames)),
    )
    .optionsGroup('Measures:')
    .addOption(
      new Option(
        '--protocol <name>',
        'of --perplexity: rolling, one pass through the cache, or chunked, as llama-perplexity does (default: rolling)',
      ).argParser(parseChoice('rolling', 'chunked')),
    )
    .option(
      '--chunk <tokens>',
      'of chunked, --horizon and --attention (default: the trained context, 512 at most; 4096 for --horizon)',
      parseCount(4),
    )
    .option('--top <count>', 'lines of --surprise (default: 10)', parseCount(1))
    .option('--heat', 'with --surprise: the text itself, shaded, instead of a list of lines')
    .optionsGroup('Reading:')
    .addOption(limitOption());
  addPolicyOptions(analyze);
  addModelOptions(analyze, 'a GGUF file (default: the small bundled model; none for --count)');
  addOutputOptions(analyze)
    .optionsGroup('Reports:')
    .option('--report <file>', 'also a page of HTML, with charts, tables and, for --surprise, the shaded text')
    .option('--svg <folder>', 'also the charts, as pictures')
    .option('--csv <file>', 'also the results as comma-separated values');
  describe(analyze, [
    {
      heading: 'Examples',
      lines: [
        'unspool analyze moby-dick.txt',
        'unspool analyze --tokenizer o200k_base,cl100k_base --model model.gguf *.md',
        'unspool analyze --perplexity --protocol chunked --model model.gguf wiki.test.raw',
        'unspool analyze --compare sinks:4+508,recompute:512,window:512 --limit 1MB --report report.html book.txt',
        'unspool analyze --surprise --top 5 services.log',
        'zcat huge.log.gz | unspool analyze --json | jq \'select(.event == "overview").tokens[0].tokens\'',
      ],
    },
    { heading: 'Exit status', lines: exitStatus },
    { heading: 'Environment', lines: environment },
  ]);
  analyze.action((files: string[], options: AnalyzeOptions) => action(files, options, originsOf(analyze)));
}

/** An empty variable is as good as none; commander would take it for a value. */
export function dropEmptyVariables(environment: NodeJS.ProcessEnv): void {
  for (const name of ['UNSPOOL_MODEL', 'UNSPOOL_THREADS']) {
    if (environment[name] === '') Reflect.deleteProperty(environment, name);
  }
}

function originsOf(command: Command): OriginOf {
  const words: Readonly<Record<string, string>> = { cli: 'option', env: 'environment' };
  return (option) => words[command.getOptionValueSource(option) ?? ''] ?? 'default';
}

const exitStatus = [
  '0    done; also when the reader of standard output has left',
  '1    failed, or a document could not be read to its end',
  '2    wrong usage',
  '130  interrupted, after the partial result was printed',
];

const environment = [
  'UNSPOOL_MODEL, UNSPOOL_THREADS    stand in for --model and --threads',
  'NO_COLOR, FORCE_COLOR             turn colour off or on',
];

function describe(command: Command, texts: readonly Section[]): void {
  sections.set(command, texts);
}

/** commander's help, followed by the sections. */
function formatHelp(command: Command, helper: Help): string {
  const own = sectionsOf(command).map(
    ({ heading, lines }) => `${heading}:\n${lines.map((line) => `  ${line}\n`).join('')}`,
  );
  return [Help.prototype.formatHelp.call(helper, command, helper), ...own].join('\n');
}
