// The command line of `unspool stream` as a request, and its streams and signals around the run.

import type { Outcome } from '../commands/outcome.js';
import { describeClass } from '../engine/model-class.js';
import { formatPolicy } from '../engine/policy.js';
import { usageError } from '../errors.js';
import type { Io } from './io.js';
import { bundledModel, policyFrom, sourcesFrom } from './options.js';
import { fileOutput, standardOutput } from './output.js';
import type { OriginOf, StreamOptions } from './program.js';
import { createReporter } from './reporting.js';
import { taskFrom } from './task.js';

interface Surroundings {
  readonly version: string;
  readonly originOf: OriginOf;
  readonly io: Io;
}

export async function runStream(
  files: string[],
  options: StreamOptions,
  { version, originOf, io }: Surroundings,
): Promise<Outcome> {
  const task = taskFrom(options);
  const policy = policyFrom(options);
  const sources = sourcesFrom(files, io);
  if (options.follow === true && sources.length > 1) {
    throw usageError('--follow reads one document, which has no end', 'run unspool once for each');
  }
  if (options.follow === true && task.kind === 'continue') {
    throw usageError('--follow never comes to the end that --continue goes on from', 'leave one of them out');
  }
  const modelPath = options.model ?? bundledModel;
  const note = (text: string): void => {
    if (options.verbose === true) io.stderr.write(`${text}\n`);
  };

  const abort = new AbortController();
  io.onInterrupt(() => {
    abort.abort();
  });
  io.stdout.once('error', () => {
    abort.abort();
  });

  const output = options.output === undefined ? standardOutput(io.stdout) : fileOutput(options.output);
  const reporter = await createReporter(task.kind, options, output, io);
  try {
    // Heavy: loads llama.cpp. Help and usage errors never get here.
    const { stream } = await import('../commands/stream.js');
    const outcome = await stream(
      {
        version,
        task,
        sources,
        modelPath,
        threads: options.threads,
        policy,
        limit: options.limit,
        follow: options.follow === true,
        signal: abort.signal,
        onSettled: (settings) => {
          const { trainedContext, modelClass, policy: settled, threads, gpu, way } = settings;
          note(
            `model    ${modelPath} (${originOf('model')}), trained on ${trainedContext ?? 'unknown'} tokens of context`,
          );
          note(
            `policy   ${settled === null ? '' : formatPolicy(settled)} (${describeOrigin(policy)}); ${describeClass(modelClass)}`,
          );
          note(`threads  ${threads} (${originOf('threads')})`);
          note(`device   ${gpu ? 'GPU' : 'CPU'}, ${describeWay[way]}`);
        },
      },
      reporter,
    );
    output.commit();
    return outcome;
  } finally {
    reporter.close();
    output.discard();
    io.stdin.destroy();
  }
}

const describeWay = {
  native: "llama.cpp's own interface in a process of its own",
  public: "node-llama-cpp's interface in this process",
} as const;

function describeOrigin(policy: object): string {
  return Object.keys(policy).length === 0 ? 'default' : 'options, the rest default';
}
