// Room for a download: the folder, and how much fits in it.

import { mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnspoolError } from '../errors.js';

export const noRoomHint = 'make room, or name another folder in UNSPOOL_MODELS';

/** Throws an `UnspoolError` where a folder has less room than `bytes`. */
export function checkSpace(folder: string, bytes: number, freeBytes = freeBytesOf): void {
  const free = freeBytes(folder);
  if (bytes <= free) return;
  const message = `${folder}: has room for ${gigabytes(free)} GB, and ${gigabytes(bytes)} GB are to come`;
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

export function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 1);
}
