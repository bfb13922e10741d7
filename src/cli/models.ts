// A command line of `unspool models` as work.

import type { Outcome } from '../commands/run/outcome.js';
import type { RunEvent } from '../engine/events/events.js';
import type { ModelAlias, ModelDetails, ModelFound } from '../engine/events/model-events.js';
import type { Reporter } from '../engine/events/reporter.js';
import { usageError } from '../errors.js';
import { jsonReporter } from '../reporters/json.js';
import { hasRoom } from './displays.js';
import { columnsOf, wantsColor, type Io } from './io.js';
import type { ModelsOptions, ModelsTask } from './models-command.js';
import { inStep } from './reporting.js';
import { shelfFrom } from './shelf.js';

export async function runModels(task: ModelsTask, options: ModelsOptions, io: Io): Promise<Outcome> {
  const shelf = shelfFrom(io.environment);
  const columns = columnsOf(io.stdout);
  switch (task.kind) {
    case 'list': {
      const { freeRam } = await import('../backends/machine/free-memory.js');
      const { listModels } = await import('../commands/models/list/run.js');
      const { modelTable } = await import('../commands/models/list/view.js');
      const show = (models: ModelFound[]): string => modelTable(models, freeRam(), columns);
      return shown('model', show, options, io, (reporter) => listModels(shelf, reporter));
    }
    case 'info': {
      const { describeModel } = await import('../commands/models/info/run.js');
      const { modelCard } = await import('../commands/models/info/view.js');
      const show = (models: ModelDetails[]): string => models.map((model) => modelCard(model, columns)).join('\n');
      return shown('model-details', show, options, io, (reporter) => describeModel(task.reference, shelf, reporter));
    }
    case 'pull':
      return pull(task.reference, options, io);
    case 'list-aliases':
    case 'set-alias':
    case 'remove-alias': {
      const { listAliases, removeAlias, setAlias } = await import('../commands/models/alias/run.js');
      const { aliasTable } = await import('../commands/models/alias/view.js');
      const show = (aliases: ModelAlias[]): string => aliasTable(aliases, columns);
      return shown('alias', show, options, io, (reporter) => {
        if (task.kind === 'list-aliases') return listAliases(shelf, reporter);
        if (task.kind === 'remove-alias') return removeAlias(task.alias, shelf);
        return setAlias(task.alias, task.reference, shelf, reporter);
      });
    }
  }
}

/** Shows events as JSON lines as they come, or all together as text. */
async function shown<Name extends RunEvent['event']>(
  name: Name,
  show: (events: Extract<RunEvent, { event: Name }>[]) => string,
  { json }: ModelsOptions,
  { stdout }: Io,
  work: (reporter: Reporter) => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  const write = (text: string): void => void stdout.write(text);
  if (json === true) return work(jsonReporter(write, false));
  const events: Extract<RunEvent, { event: Name }>[] = [];
  const isShown = (event: RunEvent): event is Extract<RunEvent, { event: Name }> => event.event === name;
  const outcome = await work({
    handle(event) {
      if (isShown(event)) events.push(event);
    },
    close: () => undefined,
  });
  write(show(events));
  return outcome;
}

async function pull(reference: string, options: ModelsOptions, io: Io): Promise<Outcome> {
  const { json = false, events = false, quiet = false, color = true } = options;
  if (events && !json) throw usageError('--events needs --json');
  const { pullModel } = await import('../commands/models/pull/run.js');
  const { hubFrom } = await import('../backends/hub/hugging-face.js');
  const { downloadAccount, downloadedPaths } = await import('../commands/models/pull/view.js');
  const { warningReporter } = await import('../reporters/warnings.js');
  const hub = hubFrom(io.environment);
  const line =
    quiet || !hasRoom(io.stderr)
      ? undefined
      : (await import('../commands/models/pull/download-line.js')).downloadLine(
          io.stderr,
          wantsColor(io.stderr, io.environment, color),
        );
  const around = (write: () => void): void => {
    if (line === undefined) write();
    else line.around(write);
  };
  const writeTo = (stream: NodeJS.WriteStream) => (text: string) => {
    around(() => void stream.write(text));
  };
  const note = writeTo(io.stderr);
  const results = json ? jsonReporter(writeTo(io.stdout), events) : downloadedPaths(writeTo(io.stdout));
  const reporter = inStep([
    results,
    warningReporter(note),
    ...(quiet ? [] : [downloadAccount(note)]),
    ...(line === undefined ? [] : [line]),
  ]);
  const abort = new AbortController();
  const interrupt = (): void => {
    abort.abort();
  };
  io.onInterrupt(interrupt, () => {
    reporter.close();
  });
  io.stdout.once('error', interrupt);
  try {
    return await pullModel({ reference, shelf: shelfFrom(io.environment), hub, signal: abort.signal }, reporter);
  } finally {
    reporter.close();
  }
}
