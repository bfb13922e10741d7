// `unspool analyze` as commander knows it: its options, help and examples.

import { Option, type Command } from 'commander';
import type { Limit } from '../commands/tasks.js';
import { encodingNames, type EncodingName } from '../engine/encodings.js';
import type { PolicySpec } from '../engine/policy.js';
import { describe } from './help.js';
import {
  addModelOptions,
  addOutputOptions,
  addPolicyOptions,
  limitOption,
  originsOf,
  parseChoice,
  parseChoices,
  parseCount,
  parseName,
  parsePolicies,
  type Action,
  type ModelOptions,
  type OutputOptions,
  type PolicyOptions,
} from './options.js';

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

export function addAnalyze(program: Command, action: Action<AnalyzeOptions>): void {
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
    .option(
      '--report <file>',
      'also a page of HTML, with charts, tables and, for --surprise, the shaded text',
      parseName,
    )
    .option('--svg <folder>', 'also the charts, as pictures', parseName)
    .option('--csv <file>', 'also the results as comma-separated values', parseName);
  describe(analyze, [
    'unspool analyze moby-dick.txt',
    'unspool analyze --tokenizer o200k_base,cl100k_base --model model.gguf *.md',
    'unspool analyze --perplexity --protocol chunked --model model.gguf wiki.test.raw',
    'unspool analyze --compare sinks:4+508,recompute:512,window:512 --limit 1MB --report report.html book.txt',
    'unspool analyze --surprise --top 5 services.log',
    'zcat huge.log.gz | unspool analyze --json | jq \'select(.event == "overview").tokens[0].tokens\'',
  ]);
  analyze.action((files: string[], options: AnalyzeOptions) => action(files, options, originsOf(analyze)));
}
