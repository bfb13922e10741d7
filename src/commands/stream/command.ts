// `unspool stream`: documents of any length through a model. Its tasks, their options, and what help says of them.

import { command } from '../../cli/command.js';
import { group } from '../../cli/flags.js';
import { runDocumentTask } from '../run/document-task.js';
import { anomalies, anomaliesFlags } from './anomalies/options.js';
import { ask, askFlags, meaningFlags } from './ask/options.js';
import { continuation, continueFlags, samplingFlags } from './continue/options.js';
import { digest, digestFlags } from './digest/options.js';
import { findingFlags, sharedGroups } from './options.js';
import { perplexity, perplexityFlags } from './perplexity/options.js';
import { summarize, summarizeFlags, summaryFlags } from './summarize/options.js';

const tasks = [digest, anomalies, perplexity, continuation, summarize, ask];

const taskFlags = group('Task:', {
  ...{ ...digestFlags, ...anomaliesFlags, ...perplexityFlags, ...continueFlags, ...summarizeFlags, ...askFlags },
});

const groups = [taskFlags, findingFlags, meaningFlags, samplingFlags, summaryFlags, ...sharedGroups] as const;

export const stream = command({
  name: 'stream',
  heading: 'Documents:',
  summary: 'run documents of any length through a model',
  description:
    'Runs documents of any length through a local model in constant memory. The first tokens stay in view as ' +
    'attention sinks, a rolling window of recent tokens follows, and what falls out of it is forgotten and counted.\n\n' +
    'Reads text, HTML and EPUB, also compressed with gzip or brotli. Of HTML and EPUB, lines and bytes are those of the ' +
    'text in them, with --limit too. Without FILE, reads standard input.',
  arguments: [{ written: '[file...]', help: 'documents, read in order; - is standard input' }],
  groups,
  examples: [
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
  ],
  run: (line) =>
    // A reference alone asks for what it does not explain.
    runDocumentTask('stream', tasks, line.options.given === undefined ? digest.name : anomalies.name, groups, line),
});
