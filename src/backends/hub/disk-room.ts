// Room for a download: the folder, how much fits in it, and what it means that it takes no more.

import { mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnspoolError } from '../../errors.js';
import { gigabytes } from '../machine/gigabytes.js';

const noRoomHint = 'make room, or name another folder in UNSPOOL_MODELS';

/** Throws an `UnspoolError` where a folder has less room than `bytes`. */
export function checkSpace(folder: string, bytes: number, freeBytes = freeBytesOf): void {
  const free = freeBytes(folder);
  if (bytes <= free) return;
  const message = `${folder}: has room for ${gigabytes(free)}, and ${gigabytes(bytes)} are to come`;
  throw new UnspoolError('no-space', message, noRoomHint);
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const message = `${folder}: cannot be made: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
    throw new UnspoolError('folder-unwritable', message, 'name another folder in UNSPOOL_MODELS', 1, { cause: error });
  }
}

/** Of the nearest folder that is there. */
export function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    return freeBytesOf(dirname(folder));
  }
}

/** An error of the file system as one for people; any other as it is. `path`: of the file, where it does not say. */
export function withoutSystemErrors(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'syscall' in error) || error instanceof UnspoolError) return error;
  const { code = '', path: at = path } = error as NodeJS.ErrnoException;
  const cause = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const what = code === 'ENOSPC' ? 'the disk is full' : 'your share of the disk is full';
    return new UnspoolError('no-space', `${at}: ${what}`, `${noRoomHint}; the next run goes on from here`, 1, cause);
  }
  const hint = 'check the folder, or name another one in UNSPOOL_MODELS';
  return new UnspoolError('file-unusable', `${at}: cannot be read or written (${code})`, hint, 1, cause);
}
