// Text that waits on disk until it is wanted: a report's parts, however many documents it is about.

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

const pieceBytes = 64 * 1024;

export class Spool {
  readonly #folder = mkdtempSync(join(tmpdir(), 'unspool-report-'));
  readonly #descriptor = openSync(join(this.#folder, 'body.html'), 'wx+', 0o600);
  #open = true;

  append(text: string): void {
    writeSync(this.#descriptor, text);
  }

  /** Writes all of it, in pieces. */
  copyTo(write: (text: string) => void): void {
    const piece = Buffer.alloc(pieceBytes);
    const decoder = new StringDecoder('utf8');
    for (let position = 0; ;) {
      const bytes = readSync(this.#descriptor, piece, 0, piece.length, position);
      if (bytes === 0) break;
      write(decoder.write(piece.subarray(0, bytes)));
      position += bytes;
    }
    write(decoder.end());
  }

  /** Leaves nothing behind. */
  remove(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#descriptor);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
