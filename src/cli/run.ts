// What surrounds the run of a command: signals, its output, and its reporters.

import { reportingFailure, type Outcome } from '../commands/run/outcome.js';
import type { RunEvent } from '../engine/events/events.js';
import { usageError } from '../errors.js';
import type { Reporter } from '../engine/events/reporter.js';
import { RunControl } from '../engine/progress/run-control.js';
import type { Io } from './io.js';
import type { OutputOptions } from './options.js';
import { fileOutput, standardOutput, type Output } from './output.js';
import type { OriginOf } from './options.js';
import type { ReportFile } from './report-files.js';
import { displayFor, openDisplay } from './displays.js';
import { combineReporters, inStep, type View } from './reporting.js';

/** What a command knows beside its files and options. */
export interface Surroundings {
  readonly version: string;
  readonly originOf: OriginOf;
  /** What was typed, as a shell would read it. */
  readonly commandLine: string;
  readonly io: Io;
}

/** A command line as work. */
export type Run<Options> = (files: string[], options: Options, surroundings: Surroundings) => Promise<Outcome>;

/** Where a run shows. */
export interface Surface {
  readonly version: string;
  readonly command: string;
  readonly options: OutputOptions;
  readonly view: View;
  readonly io: Io;
  /** Whether a document is standard input. */
  readonly readsInput?: boolean;
  /** Whether an event is worth a file that was there before; by default, one that tells of a document's text. */
  readonly tells?: (event: RunEvent) => boolean;
  /** Opens what the run leaves beside its results. */
  readonly openFiles?: () => Promise<readonly ReportFile[]>;
}

/**
 * Runs `work` until it is done, the user interrupts it, or the reader of its output leaves. Where nothing could be read,
 * the files that it would have replaced stay as they were.
 */
export async function runReported(
  { version, command, options, view, io, readsInput = false, tells = tellsOfText, openFiles }: Surface,
  work: (reporter: Reporter, signal: AbortSignal, control: RunControl) => Promise<Outcome>,
): Promise<Outcome> {
  if (options.events === true && options.json !== true) throw usageError('--events needs --json');
  const abort = new AbortController();
  let output: Output | undefined;
  let files: readonly ReportFile[] = [];
  let reporter: Reporter | undefined;
  const cleanUp = (): void => {
    reporter?.close();
    output?.discard();
    for (const file of files) file.discard();
  };
  const stop = io.onInterrupt(() => {
    abort.abort();
  }, cleanUp);
  io.stdout.once('error', () => {
    abort.abort();
  });
  try {
    output = options.output === undefined ? standardOutput(io.stdout) : fileOutput(options.output);
    // What is typed on the terminal is text there, and no keys.
    const way = displayFor(options, io, readsInput && io.stdin.isTTY);
    const isWatched = way === 'screen';
    const control = new RunControl(isWatched, undefined, isWatched || options.events === true);
    const displayed = { way, opening: view.opening ?? 'loading the model', control, signal: abort.signal, stop };
    const display = await openDisplay(displayed, options, io);
    const shown = combineReporters(view, options, output, display, io);
    reporter = shown;
    let toldOf = 0;
    const all: Reporter = {
      handle(event) {
        if (tells(event)) toldOf += 1;
        reporter?.handle(event);
      },
      close: () => undefined,
    };
    const outcome = await reportingFailure({ version, command }, all, async (reporting) => {
      files = (await openFiles?.()) ?? [];
      reporter = inStep([shown, ...files.map((file) => file.reporter)]);
      return work(reporting, abort.signal, control);
    });
    if (outcome.status === 'done' || toldOf > 0) {
      output.commit();
      for (const file of files) await file.finish();
    }
    return outcome;
  } finally {
    cleanUp();
    io.stdin.destroy();
  }
}

function tellsOfText(event: RunEvent): boolean {
  if (event.event === 'overview') return event.bytes > 0;
  if (event.event === 'task-end' || event.event === 'strategies-end') return event.examples > 0;
  return event.event === 'document-end' && event.account.bytes > 0;
}
