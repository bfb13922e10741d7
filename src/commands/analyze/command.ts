// `unspool analyze`: documents in numbers. Its tasks, their options, and what help says of them.

import { command } from '../../cli/command.js';
import { group } from '../../cli/flags.js';
import { runDocumentTask } from '../run/document-task.js';
import { attention, attentionFlags } from './attention/options.js';
import { compare, compareFlags } from './compare/options.js';
import { count, countFlags, tokenizerFlags } from './count/options.js';
import { horizon, horizonFlags } from './horizon/options.js';
import { measureFlags, sharedGroups } from './options.js';
import { perplexity, perplexityFlags } from './perplexity/options.js';
import { hostFlags, plan, planFlags } from './plan/options.js';
import { surprise, surpriseFlags } from './surprise/options.js';

const tasks = [count, perplexity, compare, horizon, surprise, attention, plan];

const taskFlags = group('Task:', {
  ...{ ...countFlags, ...perplexityFlags, ...compareFlags, ...horizonFlags },
  ...{ ...surpriseFlags, ...attentionFlags, ...planFlags },
});

const groups = [taskFlags, tokenizerFlags, measureFlags, hostFlags, ...sharedGroups] as const;

export const analyze = command({
  name: 'analyze',
  heading: 'Documents:',
  summary: 'say what documents are, in numbers',
  description:
    'Says what documents are, in numbers: how long they are, how well a model predicts them and where it does not, ' +
    'and what a longer context or another policy would change.\n\n' +
    'Of --count: bytes are those of the file, after decompression. Lines are line feeds, and an unfinished last ' +
    'line. Words are runs without white space. Characters are code points. Words, characters and tokens are those ' +
    'of the text as a model is given it: without control characters and terminal escapes, and with CR LF as one ' +
    'line feed.\n\n' +
    'Reads text, HTML and EPUB, also compressed with gzip or brotli. Of HTML and EPUB, lines and bytes are those of the ' +
    'text in them, with --limit too. Without FILE, reads standard input.',
  arguments: [{ written: '[file...]', help: 'documents, read in order; - is standard input' }],
  groups,
  examples: [
    'unspool analyze moby-dick.txt',
    'unspool analyze --tokenizer o200k_base,cl100k_base --model model.gguf *.md',
    'unspool analyze --perplexity --protocol chunked --model model.gguf book.txt',
    'unspool analyze --compare sinks,recompute,window --report report.html book.txt',
    'unspool analyze --surprise --top 5 services.log',
    'unspool analyze --plan --hosts 8 --device a100-infiniband book.txt',
    "zcat huge.log.gz | unspool analyze --json | jq '.tokens[0].tokens // empty'",
  ],
  run: (line) => runDocumentTask('analyze', tasks, count.name, groups, line),
});
