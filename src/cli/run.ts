// What surrounds the run of a command: signals, its output, and its reporters.

import type { Outcome } from '../commands/outcome.js';
import type { Reporter } from '../engine/reporter.js';
import type { Io } from './io.js';
import type { OutputOptions } from './options.js';
import { fileOutput, standardOutput } from './output.js';
import type { OriginOf } from './program.js';
import { combineReporters, type View } from './reporting.js';

/** What a command knows beside its files and options. */
export interface Surroundings {
  readonly version: string;
  readonly originOf: OriginOf;
  readonly io: Io;
}

/** A command line as work. */
export type Run<Options> = (files: string[], options: Options, surroundings: Surroundings) => Promise<Outcome>;

/** Runs `work` until it is done, the user interrupts it, or the reader of its output leaves. */
export async function runReported(
  { options, view, io }: { readonly options: OutputOptions; readonly view: View; readonly io: Io },
  work: (reporter: Reporter, signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const abort = new AbortController();
  io.onInterrupt(() => {
    abort.abort();
  });
  io.stdout.once('error', () => {
    abort.abort();
  });
  const output = options.output === undefined ? standardOutput(io.stdout) : fileOutput(options.output);
  const reporter = await combineReporters(view, options, output, io);
  try {
    const outcome = await work(reporter, abort.signal);
    output.commit();
    return outcome;
  } finally {
    reporter.close();
    output.discard();
    io.stdin.destroy();
  }
}
