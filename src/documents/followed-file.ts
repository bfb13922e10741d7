// The bytes of a file that grows, is cut back, or is replaced by a new file of its name, until a signal.
import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadProgress } from '../engine/document.js';
import { PAUSE, PAUSE_MILLISECONDS, type Source } from './source.js';

const PIECE_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** Like `tail -F -c +1`. What comes after a rotation or a truncation follows as further lines of the same document. */
export class FollowedFile implements Source {
  #bytes = 0;
  #position = 0;
  #lastByte = LINE_FEED;
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
      else await this.#wait();
    }
    this.#head = Buffer.concat(head);
    return this.#head;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    if (this.#head.length > 0) yield this.#head;
    for (let told = false; ;) {
      const piece = await this.#read();
      if (piece) yield piece;
      // Whoever takes the pieces gets time to act on a pause once.
      else if (!told) yield PAUSE;
      told = piece === undefined;
      if (told) await this.#wait();
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
    if (bytesRead === 0) return (await this.#startsAgain()) ? this.#endLine() : undefined;
    const piece = buffer.subarray(0, bytesRead);
    this.#position += bytesRead;
    this.#bytes += bytesRead;
    this.#lastByte = piece[bytesRead - 1] ?? LINE_FEED;
    return piece;
  }

  /** Whether the file was cut back, or another has its name now: then that one is read from its start. */
  async #startsAgain(): Promise<boolean> {
    const current = await this.file.stat();
    const named = await stat(this.path).catch(() => undefined);
    if (named !== undefined && (named.ino !== current.ino || named.dev !== current.dev)) {
      // The writer may still finish a line in the old file: it gets until the next look.
      if (!this.#isReplaced) {
        this.#isReplaced = true;
        return false;
      }
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

  /** Ends a line that the old file left open, so that it is not joined with the new one's first. */
  async #endLine(): Promise<Buffer | undefined> {
    if (this.#lastByte === LINE_FEED) return this.#read();
    this.#lastByte = LINE_FEED;
    this.#bytes += 1;
    return Buffer.from('\n');
  }
}
