// The command line of `unspool stream` as a request, and its streams and signals around the run.

import type { Outcome } from '../commands/stream.js';
import { formatPolicy } from '../engine/policy.js';
import type { Io } from './io.js';
import { modelFrom, policyFrom, sourcesFrom } from './options.js';
import { fileOutput, standardOutput } from './output.js';
import type { StreamOptions } from './program.js';
import { createReporter } from './reporting.js';

export async function runStream(files: string[], options: StreamOptions, version: string, io: Io): Promise<Outcome> {
  const policy = policyFrom(options);
  const sources = sourcesFrom(files, io);
  const model = modelFrom(options, io);
  const note = (text: string): void => {
    if (options.verbose === true) io.stderr.write(`${text}\n`);
  };

  const abort = new AbortController();
  let readerLeft = false;
  io.onInterrupt(() => {
    abort.abort();
  });
  io.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    readerLeft = true;
    abort.abort();
  });

  const output = options.output === undefined ? standardOutput(io.stdout) : fileOutput(options.output);
  const reporter = await createReporter(options, output, io);
  try {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { stream } = await import('../commands/stream.js');
    const outcome = await stream(
      {
        version,
        sources,
        modelPath: model.path,
        threads: options.threads,
        policy,
        limit: options.limit,
        signal: abort.signal,
        onSettled: (settings) => {
          note(`model    ${model.path} (${model.origin}), trained on ${settings.trainedContext} tokens of context`);
          note(
            `policy   ${formatPolicy(settings.policy)} (${origin(policy)}), the model can ${settings.modelClass.kind}`,
          );
          note(`threads  ${settings.threads} (${options.threads === undefined ? 'default' : '--threads'})`);
          note(`device   ${settings.gpu ? 'GPU' : 'CPU'}`);
        },
      },
      reporter,
    );
    output.commit();
    return readerLeft ? { status: 'done', failures: [] } : outcome;
  } finally {
    reporter.close();
    output.discard();
    io.stdin.destroy();
  }
}

function origin(policy: object): string {
  return Object.keys(policy).length === 0 ? 'default' : 'as given, the rest by default';
}
