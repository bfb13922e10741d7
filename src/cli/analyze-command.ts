// `unspool analyze` as commander knows it: its options, help and examples.

import { Option, type Command } from 'commander';
import type { Limit } from '../commands/stream/tasks.js';
import { encodingNames, type EncodingName } from '../engine/counting/encodings.js';
import type { PolicySpec } from '../engine/policy.js';
import { deviceNames, type DeviceName } from '../evaluation/planning/devices.js';
import { describe } from './help.js';
import { addModelOptions, type ModelOptions } from './model-options.js';
import {
  addOutputOptions,
  addPolicyOptions,
  addReadingOptions,
  limitOption,
  originsOf,
  parseChoice,
  parseChoices,
  parseCount,
  parseNumber,
  parseName,
  parsePolicies,
  type Action,
  type OutputOptions,
  type PolicyOptions,
  type ReadingOptions,
} from './options.js';

export interface AnalyzeOptions extends PolicyOptions, ModelOptions, OutputOptions, ReadingOptions {
  readonly count?: true;
  readonly perplexity?: true;
  readonly compare?: readonly PolicySpec[];
  readonly horizon?: true;
  readonly surprise?: true;
  readonly attention?: true;
  readonly plan?: true;
  readonly tokenizer?: readonly EncodingName[];
  readonly protocol?: 'rolling' | 'chunked';
  readonly chunk?: number;
  readonly top?: number;
  readonly heat?: true;
  readonly hosts?: number;
  readonly device?: DeviceName;
  readonly flops?: number;
  readonly bandwidth?: number;
  readonly memory?: number;
  readonly limit?: Limit;
  readonly report?: string;
  readonly svg?: string;
  readonly csv?: string;
}

const parsePart = parseNumber(0.001, 1e6);

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
        'Reads text, HTML and EPUB, also compressed with gzip or brotli. Of HTML and EPUB, lines and bytes are those of the ' +
        'text in them, with --limit too. Without FILE, reads standard input.',
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
    .option('--plan', 'what exact attention over all of the text would take: memory, time, hosts; runs nothing')
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
    .optionsGroup('Plan:')
    .option('--hosts <count>', 'to split the work over (default: 8)', parseCount(2))
    .addOption(
      new Option(
        '--device <name>',
        `what each host is: ${deviceNames.join(', ')} (default: ${deviceNames[0]})`,
      ).argParser(parseChoice(...deviceNames)),
    )
    .option(
      '--flops <TFLOP/s>',
      'the peak of each host, in place of a device; with --bandwidth and --memory',
      parsePart,
    )
    .option('--bandwidth <GB/s>', 'between two hosts, one way', parsePart)
    .option('--memory <GB>', "of each host (default: the device's)", parsePart)
    .optionsGroup('Reading:')
    .addOption(limitOption());
  addReadingOptions(analyze);
  addPolicyOptions(analyze);
  addModelOptions(
    analyze,
    'a GGUF file, or a name from unspool models (default: the small bundled model; none for --count)',
  );
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
    'unspool analyze --perplexity --protocol chunked --model model.gguf book.txt',
    'unspool analyze --compare sinks,recompute,window --report report.html book.txt',
    'unspool analyze --surprise --top 5 services.log',
    'unspool analyze --plan --hosts 8 --device a100-infiniband book.txt',
    "zcat huge.log.gz | unspool analyze --json | jq '.tokens[0].tokens // empty'",
  ]);
  analyze.action((files: string[], options: AnalyzeOptions) => action(files, options, originsOf(analyze)));
}
