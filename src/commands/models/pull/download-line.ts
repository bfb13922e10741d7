// One moving line on a terminal while a file comes.

import { basename } from 'node:path';
import type { RunEvent } from '../../../engine/events/events.js';
import type { ModelDownloading } from '../../../engine/events/model-events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { byteSize, duration, printable } from '../../../reporters/format.js';
import { spinner as startSpinner } from '../../../reporters/spinner.js';

export interface DownloadLine extends Reporter {
  /** Gets out of the way of what is written next. */
  clear(): void;
}

/** `stream`: a terminal. */
export function downloadLine(stream: NodeJS.WriteStream, color: boolean): DownloadLine {
  const spinner = startSpinner(stream, color, 'connecting');
  let start: { readonly at: number; readonly bytes: number; readonly path: string } | undefined;
  return {
    handle(event: RunEvent) {
      if (event.event !== 'downloading') return;
      if (start?.path !== event.path) start = { at: performance.now(), bytes: event.bytes, path: event.path };
      const text = describe(event, (event.bytes - start.bytes) / ((performance.now() - start.at) / 1000));
      spinner.text = text.slice(0, Math.max(0, stream.columns - 3));
    },
    clear() {
      spinner.clear();
    },
    close() {
      spinner.stop();
    },
  };
}

/** What matters most comes first: a narrow terminal cuts the end. */
function describe({ path, bytes, total }: ModelDownloading, rate: number): string {
  const isPaceKnown = Number.isFinite(rate) && rate > 0;
  return [
    total === null
      ? byteSize(bytes)
      : `${Math.floor((bytes / total) * 100)}%, ${byteSize(bytes)} of ${byteSize(total)}`,
    ...(isPaceKnown && total !== null ? [`${duration((total - bytes) / rate)} left`] : []),
    ...(isPaceKnown ? [`${byteSize(rate)}/s`] : []),
    printable(basename(path)),
  ].join(', ');
}
