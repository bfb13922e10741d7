// Files without a name, for what must be read again or out of order.

import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf, UnspoolError } from '../errors.js';

const otherFolder = 'name another folder with TMPDIR';
const otherInput = `${otherFolder}, or save the input as a file`;

/** A file that is gone once it is closed, however the process ends. `name`: of the document that is kept in it. */
export function openNameless(name: string): Promise<FileHandle> {
  return inNameless(name, (folder) => open(join(folder, 'document'), 'w+', 0o600), otherInput);
}

/**
 * Opens what is kept in a folder of its own, which goes at once: what is open outlives its name. `name`: what it is;
 * `hint`: where it cannot be kept.
 */
export async function inNameless<Opened>(
  name: string,
  openIn: (folder: string) => Opened | Promise<Opened>,
  hint = otherFolder,
): Promise<Opened> {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'unspool-'));
    try {
      return await openIn(folder);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  } catch (error) {
    throw cannotKeep(error, name, hint);
  }
}

export async function append(file: FileHandle, bytes: Buffer, name: string): Promise<void> {
  try {
    await file.appendFile(bytes);
  } catch (error) {
    throw cannotKeep(error, name, otherInput);
  }
}

/** `name`: what could not be kept. */
export function cannotKeep(error: unknown, name: string, hint = otherFolder): UnspoolError {
  const message = `${name}: cannot be kept in ${tmpdir()}: ${reasonOf(error)}`;
  return new UnspoolError('input-not-kept', message, hint, 1, { cause: error });
}
