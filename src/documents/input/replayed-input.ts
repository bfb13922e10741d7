// An input that comes only once, read several times: what was read of it is kept in a file.

import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { STANDARD_INPUT } from '../failures.js';
import { append, openNameless } from '../../files/temporary-file.js';

const PIECE_BYTES = 64 * 1024;

/** Takes no more of the input than its readers ask for, so that one without an end can be read in part. */
export class ReplayedInput {
  readonly #input: AsyncIterator<Buffer>;
  #file: Promise<FileHandle> | undefined;
  #keptBytes = 0;
  /** The piece that is being read, if one is: a reader that was destroyed leaves it to the next. */
  #next: Promise<Buffer | undefined> | undefined;

  constructor(input: Readable) {
    this.#input = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** All of the input, from its start. One reader at a time. */
  reader(): Readable {
    const pieceAt = (at: number): Promise<Buffer | undefined> => this.#pieceAt(at);
    let at = 0;
    return new Readable({
      highWaterMark: PIECE_BYTES,
      read() {
        pieceAt(at).then(
          (piece) => {
            at += piece?.length ?? 0;
            this.push(piece ?? null);
          },
          (error: unknown) => {
            this.destroy(error as Error);
          },
        );
      },
    });
  }

  /** Lets go of the file; the input is left as it is. */
  async dispose(): Promise<void> {
    await (await this.#file?.catch(() => undefined))?.close();
  }

  async #pieceAt(at: number): Promise<Buffer | undefined> {
    if (at === this.#keptBytes) return (this.#next ??= this.#readNext());
    const file = await this.#openFile();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, at);
    return buffer.subarray(0, bytesRead);
  }

  async #readNext(): Promise<Buffer | undefined> {
    try {
      const result = await this.#input.next();
      if (result.done === true) return undefined;
      await append(await this.#openFile(), result.value, STANDARD_INPUT);
      this.#keptBytes += result.value.length;
      return result.value;
    } finally {
      this.#next = undefined;
    }
  }

  #openFile(): Promise<FileHandle> {
    return (this.#file ??= openNameless(STANDARD_INPUT));
  }
}
