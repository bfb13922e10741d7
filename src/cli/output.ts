// Where results go: standard output, or a file that appears complete or not at all.

import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { UnspoolError } from '../errors.js';

export interface Output {
  write(text: string): void;
  /** Puts a file in its place. */
  commit(): void;
  /** Leaves nothing behind. After a commit, does nothing. */
  discard(): void;
}

export function standardOutput(stream: NodeJS.WritableStream): Output {
  return {
    write: (text) => void stream.write(text),
    commit: () => undefined,
    discard: () => undefined,
  };
}

/** Writes beside `path` and renames at the end, so that readers see the old file or the new one, never half of it. */
export function fileOutput(path: string): Output {
  const temporary = `${path}.${process.pid}.tmp`;
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      const hint = 'give -o a file in a folder that exists and can be written';
      throw new UnspoolError('output-unwritable', `${path}: cannot be written: ${reason}`, hint, 1, { cause: error });
    }
  };
  const descriptor = attempt(() => openSync(temporary, 'w'));
  let open = true;
  const close = (): boolean => {
    const wasOpen = open;
    if (open) closeSync(descriptor);
    open = false;
    return wasOpen;
  };
  return {
    write: (text) => void attempt(() => writeSync(descriptor, text)),
    commit: () => {
      if (close())
        attempt(() => {
          renameSync(temporary, path);
        });
    },
    discard: () => {
      if (close()) rmSync(temporary, { force: true });
    },
  };
}
