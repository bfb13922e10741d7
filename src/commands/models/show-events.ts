// How `unspool models` shows what it found.

import { done, type Invocation, type Outcome } from '../../cli/command.js';
import type { RunEvent } from '../../engine/events/events.js';
import type { Reporter } from '../../engine/events/reporter.js';
import { jsonReporter } from '../../reporters/json.js';
import type { ResultOptions } from './options.js';

/** Shows the events of `work` as JSON lines as they come, or all of that name together as text. */
export async function showEvents<Name extends RunEvent['event']>(
  { options, io }: Pick<Invocation<ResultOptions>, 'options' | 'io'>,
  name: Name,
  textOf: (events: Extract<RunEvent, { event: Name }>[]) => string,
  work: (reporter: Reporter) => void | Promise<void>,
): Promise<Outcome> {
  const write = (text: string): void => void io.stdout.write(text);
  if (options.json === true) {
    await work(jsonReporter(write, false));
    return done;
  }
  const events: Extract<RunEvent, { event: Name }>[] = [];
  const isShown = (event: RunEvent): event is Extract<RunEvent, { event: Name }> => event.event === name;
  await work({
    handle(event) {
      if (isShown(event)) events.push(event);
    },
    close: () => undefined,
  });
  write(textOf(events));
  return done;
}
