// Keeps two processes from writing to one file: who downloads it says so beside it.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { UnspoolError } from '../../errors.js';
import { lives } from '../../files/leftovers.js';

/**
 * Creates `path` with the number of this process, and returns what deletes it. One that a dead process left is taken
 * over. Throws an `UnspoolError` where another process has it. `target`: what is downloaded.
 */
export function lockDownload(path: string, target: string): () => void {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => {
        rmSync(path, { force: true });
      };
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // Where nobody may write, nobody downloads: what is there can still be found.
      if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return () => undefined;
      if (code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(path);
    if (owner !== undefined && isOther(owner)) {
      const message = `${target}: is being downloaded by another unspool (process ${owner})`;
      throw new UnspoolError('download-busy', message, `wait for it; if it is none, delete ${path}`);
    }
    rmSync(path, { force: true });
  }
}

/** Undefined where the file has just been deleted, or does not say. */
function ownerOf(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether another process has this number now. In a container, each run may have the number of the one before. */
function isOther(processId: number): boolean {
  return processId !== process.pid && lives(processId);
}
