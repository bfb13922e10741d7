// One run of a command: what it starts with, what it comes to, and how it ends. The only place that emits `run-start` and
// `run-end`, and that knows of signals, of where results go, and of --verbose.

import type { Invocation, Outcome } from '../../cli/command.js';
import { canDraw, columnsOf, hasRoom, wantsColor, type Io } from '../../cli/io.js';
import { fileOutput, standardOutput, type Output } from '../../cli/output.js';
import type { Account, ModelSummary, Perplexity, RunEvent, Warning } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import type { Policy } from '../../engine/policy.js';
import { RunControl } from '../../engine/progress/run-control.js';
import { emptyAccount, sumOf } from '../../engine/totals.js';
import { toUnspoolError, type UnspoolError } from '../../errors.js';
import type { Screen } from '../../reporters/screen.js';
import { checkEvents, type OutputOptions } from '../options/output.js';
import { openDisplay, type DisplayKind } from './display.js';
import { openReportFiles, type ReportFile, type ReportOptions } from './report-files.js';
import { combineReporters } from './reporting.js';
import { peakMemory, type MeasuredProcess } from './memory-use.js';
import { describeSettings, type Settings } from './settings.js';
import type { TaskView } from './task-view.js';

/** A command without a screen has no `tui`. */
type ShownOptions = Omit<OutputOptions, 'tui'> & Partial<Pick<OutputOptions, 'tui'>> & ReportOptions;

export interface SessionRequest {
  readonly invocation: Pick<Invocation<ShownOptions>, 'options' | 'originOf' | 'version' | 'commandLine' | 'io'>;
  /** As `run-start` has it. */
  readonly command: string;
  readonly view: TaskView;
  /** Whether a document is standard input. */
  readonly readsInput: boolean;
  /** Whether an event is worth a file that was there before; by default, one that tells of a document's text. */
  readonly tells?: (event: RunEvent) => boolean;
}

/** What a run begins with, once it is known. */
export interface RunDescription {
  /** Null where none is needed. */
  readonly model: ModelSummary | null;
  /** Null where no cache rolls, or more than one policy is run. */
  readonly policy?: Policy | null;
  /** Tokens of a chunk, where a text is read in chunks. */
  readonly chunk?: number | null;
  /** How many there are to read. */
  readonly documents: number;
}

/** What work may tell its session. */
export class Session {
  readonly #identity: { readonly version: string; readonly command: string };
  readonly #report: (event: RunEvent) => void;
  readonly #explain: (describe: () => string) => void;
  readonly #originOf: Invocation<unknown>['originOf'];
  #startedAt: number;
  #started = false;
  #documents = 0;
  #account = emptyAccount;
  #perplexity: () => Perplexity | null = () => null;
  #peakMemoryBytes = 0;
  readonly #failures: UnspoolError[] = [];

  /** `explain`: shows what --verbose asks for. */
  constructor(
    { version, command, originOf }: Pick<Invocation<unknown>, 'version' | 'originOf'> & { readonly command: string },
    readonly signal: AbortSignal,
    readonly control: RunControl,
    report: (event: RunEvent) => void,
    explain: (describe: () => string) => void = () => undefined,
  ) {
    this.#identity = { version, command };
    this.#originOf = originOf;
    this.#report = report;
    this.#explain = explain;
    this.#startedAt = control.now();
  }

  /** Says what is run, and what has to be said of it. */
  start({ model, policy = null, chunk = null, documents }: RunDescription, warnings: readonly Warning[] = []): void {
    this.#started = true;
    this.#startedAt = this.control.now();
    this.#report({ event: 'run-start', ...this.#identity, model, policy, chunk, documents });
    for (const warning of warnings) this.#report(warning);
  }

  get version(): string {
    return this.#identity.version;
  }

  handle(event: RunEvent): void {
    this.#report(event);
  }

  /** For --verbose. */
  explain(describe: (originOf: Invocation<unknown>['originOf']) => string): void {
    this.#explain(() => describe(this.#originOf));
  }

  /** What the run settled on, for --verbose. */
  settled(settings: Settings): void {
    this.explain((originOf) => describeSettings(settings, originOf));
  }

  /** A document, or a task, is done. */
  add({ account = emptyAccount, failure }: { account?: Account; failure?: UnspoolError | undefined }): void {
    this.#documents += 1;
    this.#account = sumOf(this.#account, account);
    if (failure !== undefined) this.fail(failure);
  }

  /** Something could not be done; the rest goes on. */
  fail(failure: UnspoolError): void {
    this.#failures.push(failure);
  }

  get failed(): boolean {
    return this.#failures.length > 0;
  }

  /** Bytes of the documents that are done. */
  get bytes(): number {
    return this.#account.bytes;
  }

  /** Of all documents that were added; asked for at the end. */
  measuredBy(perplexity: () => Perplexity | null): void {
    this.#perplexity = perplexity;
  }

  /** What has worked for this run, and is about to go. */
  async addPeakMemoryOf(model: MeasuredProcess): Promise<void> {
    const others = await model.peakMemoryBytes().catch(() => 0);
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, peakMemory(others));
  }

  /** Does the work; a failure of it as a whole is that of the run. */
  async conduct(work: (session: Session) => Promise<void>): Promise<Outcome> {
    let status: 'done' | 'interrupted' | 'failed';
    try {
      await work(this);
      status = this.signal.aborted ? 'interrupted' : this.failed ? 'failed' : 'done';
    } catch (error) {
      this.#failures.unshift(toUnspoolError(error));
      status = 'failed';
      if (!this.#started) this.#report({ event: 'run-start', ...this.#identity, ...nothing });
    }
    this.#report({
      event: 'run-end',
      status,
      error: this.#failures[0]?.toFailure() ?? null,
      seconds: this.control.now() - this.#startedAt,
      peakMemoryBytes: Math.max(this.#peakMemoryBytes, peakMemory()),
      documents: this.#documents,
      account: this.#account,
      perplexity: this.#perplexity(),
    });
    return { status, failures: this.#failures };
  }
}

const nothing = { model: null, policy: null, chunk: null, documents: 0 } as const;

/**
 * Runs `work` until it is done, the user interrupts it, or the reader of its output leaves. Where nothing could be read,
 * the files that it would have replaced stay as they were.
 */
export async function runSession(
  { invocation, command, view, readsInput, tells = tellsOfText }: SessionRequest,
  work: (session: Session) => Promise<void>,
): Promise<Outcome> {
  const { options, originOf, version, commandLine, io } = invocation;
  checkEvents(options);
  const abort = new AbortController();
  let output: Output | undefined;
  let files: readonly ReportFile[] = [];
  let reporter: Reporter | undefined;
  const cleanUp = (): void => {
    reporter?.close();
    output?.discard();
    for (const file of files) file.discard();
  };
  const interrupt = (): void => {
    abort.abort();
  };
  const stop = io.onInterrupt(interrupt, cleanUp);
  io.stdout.once('error', interrupt);
  try {
    output = options.output === undefined ? standardOutput(io.stdout) : fileOutput(options.output);
    const shown = displayKind(options, io, readsInput);
    const control = new RunControl(shown === 'screen', undefined, shown === 'screen' || options.events === true);
    const opening = view.opening ?? 'loading the model';
    const display = await openDisplay({ kind: shown, opening, control, signal: abort.signal, stop }, options, io);
    reporter = combineReporters(view, screenOf(options, io), options, output, display, io);
    let toldOf = 0;
    const report = (event: RunEvent): void => {
      if (tells(event)) toldOf += 1;
      reporter?.handle(event);
      for (const file of files) file.reporter.handle(event);
    };
    const explain = (describe: () => string): void => {
      if (options.verbose === true) io.stderr.write(describe());
    };
    const session = new Session({ version, command, originOf }, abort.signal, control, report, explain);
    const outcome = await session.conduct(async () => {
      files = await openReportFiles(options, view.csv, commandLine);
      await work(session);
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

/** What moves on the terminal. What is typed there is text, and no keys. */
function displayKind({ quiet, json, tui = false }: ShownOptions, io: Io, readsInput: boolean): DisplayKind {
  if (quiet === true || !hasRoom(io.stderr)) return 'nothing';
  const isTyped = readsInput && io.stdin.isTTY;
  return tui && json !== true && !isTyped && canDraw(io.stderr, io.environment) ? 'screen' : 'line';
}

function screenOf({ output, color }: ShownOptions, { stdout, environment }: Io): Screen {
  if (output !== undefined) return { columns: Infinity, color: false };
  return { columns: columnsOf(stdout), color: wantsColor(stdout, environment, color) };
}

function tellsOfText(event: RunEvent): boolean {
  if (event.event === 'overview') return event.bytes > 0;
  if (event.event === 'task-end' || event.event === 'strategies-end') return event.examples > 0;
  return event.event === 'document-end' && event.account.bytes > 0;
}
