// Downloads: the path of each file on standard output, what was checked and what to do with it on standard error.

import type { RunEvent } from '../../../engine/events/events.js';
import type { ModelDownloaded } from '../../../engine/events/model-events.js';
import type { Reporter } from '../../../engine/events/reporter.js';
import { byteSize, printable } from '../../../reporters/format.js';

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
