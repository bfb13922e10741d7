// A file that is replaced as a whole: written beside the old one, and renamed at the end, so that readers see the old
// content or the new, never half of it. A link stays a link, a file keeps its mode, and a pipe or device is written as
// it is.

import { closeSync, fchmodSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { besideFile } from './leftovers.js';

export interface ReplacedFile {
  readonly write: (text: string) => void;
  /** Puts it in its place. */
  readonly commit: () => void;
  /** Leaves nothing behind. After a commit, does nothing. */
  readonly discard: () => void;
}

/** Throws the system's error where it cannot be written, as all functions of it do. */
export function replacedFile(name: string): ReplacedFile {
  const { path, writtenAt, mode } = writeTargetOf(name);
  const descriptor = openSync(writtenAt, 'w');
  let isOpen = true;
  const discard = (): void => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(descriptor);
    if (writtenAt !== path) rmSync(writtenAt, { force: true });
  };
  try {
    if (mode !== undefined) fchmodSync(descriptor, mode);
  } catch (error) {
    discard();
    throw error;
  }
  return {
    write(text) {
      writeFileSync(descriptor, text);
    },
    commit() {
      try {
        if (writtenAt !== path) renameSync(writtenAt, path);
      } finally {
        discard();
      }
    },
    discard,
  };
}

/** Replaces it at once. Throws the system's error. */
export function replaceFile(name: string, text: string): void {
  const file = replacedFile(name);
  try {
    file.write(text);
    file.commit();
  } finally {
    file.discard();
  }
}

/** The same for content of any size, which `write` puts in. It is on the disk before it takes its place. */
export async function replaceFileBy(name: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const { path, writtenAt, mode } = writeTargetOf(name);
  try {
    const file = await open(writtenAt, 'w');
    try {
      if (mode !== undefined) await file.chmod(mode);
      await write(file);
      if (writtenAt !== path) await file.datasync();
    } finally {
      await file.close();
    }
    if (writtenAt !== path) await rename(writtenAt, path);
  } catch (error) {
    if (writtenAt !== path) await rm(writtenAt, { force: true });
    throw error;
  }
}

interface WriteTarget {
  /** Of the file itself. */
  readonly path: string;
  /** The same for what cannot be replaced. */
  readonly writtenAt: string;
  /** Of a file that is there. */
  readonly mode: number | undefined;
}

function writeTargetOf(name: string): WriteTarget {
  const existing = statSync(name, { throwIfNoEntry: false });
  if (existing?.isDirectory() === true) {
    throw Object.assign(new Error('EISDIR: is a directory'), { code: 'EISDIR' });
  }
  const path = existing === undefined ? name : realpathSync(name);
  if (existing?.isFile() === false) return { path, writtenAt: path, mode: undefined };
  return { path, writtenAt: besideFile(path, 'tmp'), mode: existing?.mode };
}
