// The bytes of a file that grows, is cut back, or is replaced by a new file of its name, until a signal.
import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadProgress } from '../../engine/document.js';
import { PAUSE, PAUSE_MILLISECONDS, RESTART, type DocumentBytes } from './document-bytes.js';

const PIECE_BYTES = 64 * 1024;

/**
 * Like `tail -F -c +1`: looks every `PAUSE_MILLISECONDS`. A file that has been rotated in, or cut back, is read from
 * its start after `RESTART`. Not noticed, as by `tail`: a cut after which the file outgrew its old size between looks.
 */
export class FollowedFile implements DocumentBytes {
  #bytes = 0;
  #position = 0;
  #isReplaced = false;
  #head: Buffer = Buffer.alloc(0);

  static async open(path: string, signal: AbortSignal | undefined): Promise<FollowedFile> {
    return new FollowedFile(path, await open(path), signal);
  }

  private constructor(
    private readonly path: string,
    private file: FileHandle,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Its end is not known. */
  get progress(): ReadProgress {
    return { bytes: this.#bytes, totalBytes: undefined };
  }

  /** What is there, once anything is. */
  async readHead(length: number): Promise<Buffer> {
    const head: Buffer[] = [];
    while (this.#bytes < length) {
      const piece = await this.#read();
      if (piece) head.push(piece);
      else if (head.length > 0) break;
      else if (!(await this.#startsAgain())) await this.#wait();
    }
    this.#head = Buffer.concat(head);
    return this.#head;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    if (this.#head.length > 0) yield this.#head;
    for (let told = false; ;) {
      const piece = await this.#read();
      if (piece) {
        yield piece;
        told = false;
      } else if (await this.#startsAgain()) {
        yield RESTART;
        told = false;
      } else {
        // At once: all that there is has been read, and a file that grows at every look is never silent for longer.
        if (!told) yield PAUSE;
        told = true;
        await this.#wait();
      }
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async #wait(): Promise<void> {
    await delay(PAUSE_MILLISECONDS, undefined, { signal: this.signal });
  }

  /** The next bytes; undefined where there are none for now. */
  async #read(): Promise<Buffer | undefined> {
    this.signal?.throwIfAborted();
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    const { bytesRead } = await this.file.read(buffer, 0, PIECE_BYTES, this.#position);
    this.#position += bytesRead;
    this.#bytes += bytesRead;
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
  }

  /** Whether the file was cut back, or another has its name now: then that one is read from its start. */
  async #startsAgain(): Promise<boolean> {
    const current = await this.file.stat();
    const named = await stat(this.path).catch(() => undefined);
    const wasReplaced = this.#isReplaced;
    this.#isReplaced =
      named !== undefined && named.isFile() && (named.ino !== current.ino || named.dev !== current.dev);
    if (this.#isReplaced) {
      // The writer may still finish a line in the old file: it gets until the next look.
      if (!wasReplaced) return false;
      // Opened before the old one is let go: the new one may be gone again.
      const next = await open(this.path).catch(() => undefined);
      if (next === undefined) return false;
      await this.file.close();
      this.file = next;
      this.#isReplaced = false;
    } else if (current.size >= this.#position) {
      return false;
    }
    this.#position = 0;
    return true;
  }
}
