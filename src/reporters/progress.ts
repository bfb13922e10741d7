// One moving line on a terminal: first what is loaded, then the document.

import { basename } from 'node:path';
import type {
  BlockScored,
  ExampleResult,
  PassageStart,
  Progress as Reached,
  RunEvent,
  StrategiesExample,
} from '../engine/events/events.js';
import { Pace } from '../engine/progress/pace.js';
import type { Display } from './display.js';
import { byteSize, countWithNoun, duration, groupDigits, lineRange, printable } from './format.js';
import { spinner as startSpinner } from './spinner.js';

/** `stream`: a terminal. `opening`: what happens before the first document. */
export function progressLine(stream: NodeJS.WriteStream, color: boolean, opening: string): Display {
  const spinner = startSpinner(stream, color, opening);
  const pace = new Pace();
  let passage: PassageStart | undefined;
  let closed = false;
  return {
    handle(event: RunEvent) {
      pace.handle(event);
      if (event.event === 'document-start') spinner.text = fit(shortName(event.document.name), stream.columns - 3);
      if (event.event === 'block-scored') spinner.text = fit(describe(event, pace), stream.columns - 3);
      if (event.event === 'task-start' || event.event === 'strategies-start')
        spinner.text = fit(shortName(event.task.name), stream.columns - 3);
      if (event.event === 'example' || event.event === 'strategies-example')
        spinner.text = fit(describeExample(event, pace), stream.columns - 3);
      if (event.event === 'passage-start') {
        passage = event;
        spinner.text = fit([atPassage(event), shortName(event.document.name)].join(', '), stream.columns - 3);
      }
      if (event.event === 'progress' && passage !== undefined) {
        spinner.text = fit(describePassages(event, passage, pace), stream.columns - 3);
      } else if (event.event === 'progress') spinner.text = fit(describeReached(event, pace), stream.columns - 3);
    },
    print(text) {
      const leavesLineOpen = !text.endsWith('\n');
      // What is on an unfinished line must not be wiped out with the frame that would follow it.
      if (spinner.isSpinning && leavesLineOpen) spinner.stop();
      else if (spinner.isSpinning) spinner.clear();
      stream.write(text);
      if (!closed && !leavesLineOpen && !spinner.isSpinning && stream.columns > 0) spinner.start();
    },
    close() {
      closed = true;
      spinner.stop();
    },
  };
}

/** What matters most comes first: a narrow terminal cuts the end. */
function describe(event: BlockScored, pace: Pace): string {
  const lines = event.linesInView;
  return [
    ...progressParts(event, pace),
    `in view ${groupDigits(event.inView)}${lines === null ? '' : ` (${lineRange(lines)})`}`,
    `forgotten ${groupDigits(event.forgotten)}`,
    `${groupDigits(pace.tokensPerSecond)} tokens/s`,
    shortName(event.document.name),
  ].join(', ');
}

/** Where nothing is scored. */
function describeReached(event: Reached, pace: Pace): string {
  const rate = `${byteSize(event.bytes / Math.max(pace.seconds, 1e-3))}/s`;
  const tokens = event.tokens > 0 ? [`${groupDigits(event.tokens)} tokens`] : [];
  return [...progressParts(event, pace), ...tokens, rate, shortName(event.document.name)].join(', ');
}

/** Where notes are taken of one passage after the other. */
function describePassages(event: Reached, passage: PassageStart, pace: Pace): string {
  const rate = `${groupDigits(pace.tokensPerSecond)} tokens/s`;
  return [...progressParts(event, pace), atPassage(passage), rate, shortName(event.document.name)].join(', ');
}

function atPassage({ index, lines }: PassageStart): string {
  return `passage ${index + 1} (${lineRange(lines)})`;
}

function describeExample({ task, example, done }: ExampleResult | StrategiesExample, pace: Pace): string {
  return [
    ...(done === null ? [] : [`${Math.floor(done * 100)}%`]),
    countWithNoun(example + 1, 'example'),
    ...(pace.secondsLeft === undefined ? [] : [`${duration(pace.secondsLeft)} left`]),
    shortName(task.name),
  ].join(', ');
}

function progressParts({ bytes, done }: BlockScored | Reached, pace: Pace): string[] {
  return [
    done === null ? byteSize(bytes) : `${Math.floor(done * 100)}%, ${byteSize(bytes)}`,
    ...(pace.secondsLeft === undefined ? [] : [`${duration(pace.secondsLeft)} left`]),
  ];
}

function shortName(name: string): string {
  return printable(basename(name));
}

/** Keeps the line on one row of the terminal. */
function fit(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
