// Where results go: standard output, or a file that is replaced once all of them are there.

import { closeSync, fchmodSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { UnspoolError } from '../errors.js';

export interface Output {
  readonly write: (text: string) => void;
  /** Puts a file in its place. */
  readonly commit: () => void;
  /** Leaves nothing behind. After a commit, does nothing. */
  readonly discard: () => void;
}

export function standardOutput(stream: NodeJS.WritableStream): Output {
  return { write: (text) => void stream.write(text), commit: () => undefined, discard: () => undefined };
}

/**
 * Writes beside the file and renames at the end, so that readers see the old results or the new ones, never half of
 * them. A link stays a link, a file keeps its mode, and a pipe or device is written as it is. `option`: what named it.
 */
export function fileOutput(name: string, option = '-o'): Output {
  const attempt: Attempt = (action) => orUnwritable(name, option, action);
  const existing = attempt(() => statSync(name, { throwIfNoEntry: false }));
  if (existing?.isDirectory() === true) throw unwritable(name, option, 'EISDIR: is a directory');
  const path = existing === undefined ? name : realpathSync(name);
  if (existing !== undefined && !existing.isFile()) return directOutput(path, attempt);

  const temporary = `${path}.${process.pid}.tmp`;
  const descriptor = attempt(() => openSync(temporary, 'w'));
  if (existing !== undefined)
    attempt(() => {
      fchmodSync(descriptor, existing.mode);
    });
  let open = true;
  const discard = (): void => {
    if (!open) return;
    open = false;
    closeSync(descriptor);
    rmSync(temporary, { force: true });
  };
  return {
    write: (text) => void attempt(() => writeSync(descriptor, text)),
    commit() {
      try {
        attempt(() => {
          renameSync(temporary, path);
        });
        open = false;
        closeSync(descriptor);
      } finally {
        discard();
      }
    },
    discard,
  };
}

type Attempt = <T>(action: () => T) => T;

function directOutput(path: string, attempt: Attempt): Output {
  const descriptor = attempt(() => openSync(path, 'w'));
  let open = true;
  const close = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return { write: (text) => void attempt(() => writeSync(descriptor, text)), commit: close, discard: close };
}

function orUnwritable<T>(name: string, option: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw unwritable(name, option, error instanceof Error ? (error.message.split(', ', 1)[0] ?? '') : String(error));
  }
}

function unwritable(name: string, option: string, reason: string): UnspoolError {
  const hint = reason.startsWith('ENOSPC')
    ? 'make room on the disk, and run again'
    : `give ${option} a file in a folder that exists and can be written`;
  return new UnspoolError('output-unwritable', `${name}: cannot be written: ${reason}`, hint);
}
