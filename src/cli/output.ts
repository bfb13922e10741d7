// Where results go: standard output, or a file that is replaced once all of them are there.

import { reasonOf, UnspoolError } from '../errors.js';
import { replacedFile, type ReplacedFile } from '../files/replaced-file.js';

export type Output = ReplacedFile;

export function standardOutput(stream: NodeJS.WritableStream): Output {
  return { write: (text) => void stream.write(text), commit: () => undefined, discard: () => undefined };
}

/** The file is replaced as a whole. `option`: what named it. Throws an `UnspoolError` where it cannot be written. */
export function fileOutput(name: string, option = '-o'): Output {
  const attempt = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (error) {
      throw unwritable(name, option, reasonOf(error));
    }
  };
  const file = attempt(() => replacedFile(name));
  return {
    write: (text) => {
      attempt(() => {
        file.write(text);
      });
    },
    commit: () => {
      attempt(file.commit);
    },
    discard: file.discard,
  };
}

function unwritable(name: string, option: string, reason: string): UnspoolError {
  const hint = reason.startsWith('ENOSPC')
    ? 'make room on the disk, and run again'
    : `give ${option} a file in a folder that exists and can be written`;
  return new UnspoolError('output-unwritable', `${name}: cannot be written: ${reason}`, hint);
}
