// The bytes of a file or a pipe as they are stored, in pieces, read only as fast as they are asked for.
import { constants, open as openDescriptor } from 'node:fs';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { ReadProgress } from '../../engine/document.js';
import { cutShortDocument } from '../failures.js';

const PIECE_BYTES = 64 * 1024;
/** A pipe that is silent for so long is judged by what it has sent: `tail -f` may never fill a whole head. */
export const PAUSE_MILLISECONDS = 250;
/** A piece that says: nothing more for now. */
export const PAUSE = Buffer.alloc(0);
/** A piece that says: another text starts here, in the place of the one before. */
export const RESTART = Buffer.alloc(0);

/** The bytes of a document as they are stored. */
export interface DocumentBytes {
  readonly progress: ReadProgress;
  /** At least `length` bytes, unless the source is shorter, fails, or pauses. `pieces` begins with them. */
  readHead(length: number): Promise<Buffer>;
  /** In order; with `PAUSE` and `RESTART` where a source is followed. */
  pieces(): AsyncGenerator<Buffer>;
  /** Lets go of the file or the pipe, also while a read is pending. */
  close(): Promise<void>;
}

export class ByteSource implements DocumentBytes {
  #bytes = 0;
  #head: Buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;
  readonly #onNews = (): void => {
    this.#wake();
  };

  static async openFile(path: string, signal: AbortSignal | undefined): Promise<ByteSource> {
    const handle = await open(path);
    try {
      const status = await handle.stat();
      const stream = handle.createReadStream({ highWaterMark: PIECE_BYTES });
      return new ByteSource(path, stream, status.isFile() ? status.size : undefined, signal);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * A named pipe, from the first of its writers to the last; one that is followed, open for writing too, outlives them.
   * No opening and no read ever blocks: a thread that waits for a writer would keep the process from ending.
   */
  static async openPipe(path: string, signal: AbortSignal | undefined, follow: boolean): Promise<ByteSource> {
    const mode = follow ? constants.O_RDWR : constants.O_RDONLY;
    const descriptor = await promisify(openDescriptor)(path, mode | constants.O_NONBLOCK);
    const stream = new Socket({ fd: descriptor, readable: true, writable: false });
    return new ByteSource(path, stream, undefined, signal, follow);
  }

  /** `totalBytes`: size of a regular file when it was opened. `tellsPauses`: whether silence gives a `PAUSE`. */
  constructor(
    private readonly name: string,
    private readonly stream: Readable,
    private readonly totalBytes: number | undefined,
    private readonly signal: AbortSignal | undefined,
    private readonly tellsPauses = false,
  ) {
    for (const event of ['readable', 'end', 'error', 'close']) stream.on(event, this.#onNews);
    signal?.addEventListener('abort', this.#onNews);
  }

  get progress(): ReadProgress {
    return { bytes: this.#bytes, totalBytes: this.totalBytes };
  }

  async readHead(length: number): Promise<Buffer> {
    const patience = this.totalBytes === undefined ? PAUSE_MILLISECONDS : undefined;
    const head: Buffer[] = [];
    try {
      while (this.#bytes < length) {
        const piece = await this.#next(head.length === 0 ? undefined : patience);
        if (!piece) break;
        head.push(piece);
      }
    } catch {
      // A stream that has failed fails again: in `pieces`, after the head.
    }
    this.#head = Buffer.concat(head);
    return this.#head;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    if (head.length > 0) yield head;
    for (;;) {
      let piece = await this.#next(this.tellsPauses ? PAUSE_MILLISECONDS : undefined);
      if (!piece && this.tellsPauses && !this.#isOver) {
        yield PAUSE;
        piece = await this.#next();
      }
      if (!piece) break;
      yield piece;
    }
    if (this.totalBytes !== undefined && this.#bytes < this.totalBytes) {
      throw cutShortDocument(this.name, this.#bytes, this.totalBytes);
    }
  }

  async close(): Promise<void> {
    this.signal?.removeEventListener('abort', this.#onNews);
    this.stream.destroy();
    // A pipe may keep a pending read, and so the closing, waiting for as long as it likes.
    if (this.totalBytes === undefined || this.stream.closed) return;
    await new Promise((resolve) => this.stream.once('close', resolve));
  }

  get #isOver(): boolean {
    return this.stream.readableEnded || this.stream.destroyed;
  }

  /** What has been read since the last call. Undefined at the end, or after `patience` milliseconds of silence. */
  async #next(patience?: number): Promise<Buffer | undefined> {
    for (;;) {
      this.signal?.throwIfAborted();
      const piece = this.stream.read() as Buffer | string | null;
      if (piece !== null) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        this.#bytes += bytes.length;
        return bytes;
      }
      if (this.stream.errored) throw this.stream.errored;
      if (this.#isOver) return undefined;
      if ((await this.#news(patience)) === 'silence') return undefined;
    }
  }

  #news(patience: number | undefined): Promise<'news' | 'silence'> {
    return new Promise((resolve) => {
      const timer = patience === undefined ? undefined : setTimeout(resolve, patience, 'silence');
      this.#wake = () => {
        clearTimeout(timer);
        resolve('news');
      };
    });
  }
}
