// What has come of a download, beside the place of the whole.

import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** `target.part`, and in `target.part.version` what it is the beginning of. */
export class PartialFile {
  readonly #target: string;
  bytes: number;

  constructor(target: string) {
    this.#target = target;
    this.bytes = sizeOf(this.path) ?? 0;
  }

  get path(): string {
    return `${this.#target}.part`;
  }

  version(): string | undefined {
    try {
      return readFileSync(this.#versionPath, 'utf8');
    } catch {
      return undefined;
    }
  }

  /** Ready for what comes after the first `bytes` bytes. */
  async open(bytes: number, version: string): Promise<FileHandle> {
    if (bytes === 0) writeFileSync(this.#versionPath, version);
    const file = await open(this.path, bytes === 0 ? 'w+' : 'r+');
    this.bytes = bytes;
    return file;
  }

  async append(file: FileHandle, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, this.bytes);
      at += bytesWritten;
      this.bytes += bytesWritten;
    }
  }

  finish(): void {
    renameSync(this.path, this.#target);
    rmSync(this.#versionPath, { force: true });
  }

  discard(): void {
    this.bytes = 0;
    for (const path of [this.path, this.#versionPath]) rmSync(path, { force: true });
  }

  get #versionPath(): string {
    return `${this.path}.version`;
  }
}

/** Undefined where there is no such file. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
