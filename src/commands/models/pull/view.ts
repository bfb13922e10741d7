// Downloads: the path of each file on standard output, what was checked and what to do with it on standard error.

import { hasRoom, wantsColor, type Io } from '../../../cli/io.js';
import type { RunEvent } from '../../../engine/events/events.js';
import type { ModelDownloaded } from '../../../engine/events/model-events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { byteSize, printable } from '../../../reporters/format.js';
import { jsonReporter } from '../../../reporters/json.js';
import { warningReporter } from '../../../reporters/warnings.js';
import { inStep } from '../../run/reporting.js';
import type { PlainOutputOptions } from '../../options/output.js';
import type { DownloadLine } from './download-line.js';

type PullOptions = Pick<PlainOutputOptions, 'json' | 'events' | 'quiet' | 'color'>;

/** All that is told of a download, with a line that moves where there is room for one; close it. */
export async function pullReporter({ json, events, quiet, color }: PullOptions, io: Io): Promise<Reporter> {
  const line = quiet === true || !hasRoom(io.stderr) ? undefined : await openLine(io, color);
  const writeTo =
    (stream: NodeJS.WriteStream) =>
    (text: string): void => {
      line?.clear();
      stream.write(text);
    };
  const note = writeTo(io.stderr);
  const result = writeTo(io.stdout);
  return inStep([
    json === true ? jsonReporter(result, events === true) : downloadedPaths(result),
    warningReporter(note),
    ...(quiet === true ? [] : [downloadAccount(note)]),
    ...(line === undefined ? [] : [line]),
  ]);
}

async function openLine({ stderr, environment }: Io, color: boolean): Promise<DownloadLine> {
  const { downloadLine } = await import('./download-line.js');
  return downloadLine(stderr, wantsColor(stderr, environment, color));
}

/** One path a line, for a script. */
export function downloadedPaths(write: (text: string) => void): Reporter {
  return {
    handle(event: RunEvent) {
      if (event.event === 'download') write(`${printable(event.path)}\n`);
    },
    close: () => undefined,
  };
}

export function downloadAccount(write: (text: string) => void): Reporter {
  return {
    handle(event: RunEvent) {
      if (event.event === 'download') write(`${byteSize(event.bytes)} ${states[event.status]}${checkOf(event)}\n`);
      if (event.event === 'model') write(`use it as --model ${printable(event.name)}\n`);
    },
    close: () => undefined,
  };
}

const states = { downloaded: 'downloaded', 'already-there': 'here already, nothing was downloaded' } as const;

function checkOf({ checked, sha256, status }: ModelDownloaded): string {
  if (checked !== null) return `; its SHA-256 is what ${checked === 'user' ? 'you' : 'the server'} said`;
  return status === 'downloaded' && sha256 !== null ? `; nobody gave a checksum, its SHA-256 is ${sha256}` : '';
}
