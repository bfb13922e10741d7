// The file of a bookmark: states of a run with their caches, behind a line of JSON that says of which run. It is replaced
// as a whole, so that whoever ends the run leaves the old file or the new one.

import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { RunState } from '../../../engine/bookmark.js';
import { reasonOf, UnspoolError } from '../../../errors.js';
import { besideFile, removeLeftovers } from '../../../files/leftovers.js';
import { replacedFile, replaceFileBy } from '../../../files/replaced-file.js';
import type { StatePosition } from './bookmark-ladder.js';
import type { RunIdentity } from '../../run/run-file.js';

/** Of the layout of the file and of the states. */
const mark = 'unspool bookmark 1';
const headBytes = 64 * 1024;
const pieceBytes = 1 << 20;

/** A part of the file, of so many bytes. */
interface FileSection {
  readonly bytes: number;
  readonly checksum: number;
}

/** A state as the first lines tell of it; the parts follow, in the same order. */
export interface StateEntry extends StatePosition {
  readonly state: FileSection;
  readonly cache: FileSection;
}

interface Header {
  readonly run: RunIdentity;
  readonly states: readonly StateEntry[];
}

/** A state that is to be kept. `cachePath`: a file that becomes part of the bookmark. */
export interface NewState extends StatePosition {
  readonly state: RunState;
  readonly cachePath: string;
}

export class BookmarkFile {
  /** As the user wrote it. */
  readonly name: string;
  readonly #path: string;
  readonly #run: RunIdentity;
  #states: readonly StateEntry[] = [];
  /** Of the first part. */
  #bodyFrom = 0;

  private constructor(name: string, path: string, run: RunIdentity) {
    this.name = name;
    this.#path = path;
    this.#run = run;
  }

  /** Throws an `UnspoolError` for a file of another run, one that is damaged, and where none can be written. */
  static async open(name: string, run: RunIdentity): Promise<BookmarkFile> {
    const exists = existsSync(name);
    const path = exists ? realpathSync(name) : name;
    const file = new BookmarkFile(name, path, run);
    if (exists && !statSync(path).isFile()) throw foreign(name);
    removeLeftovers(path);
    // Before the model has worked for hours.
    await attempt(name, 'written', () => {
      replacedFile(path).discard();
    });
    if (exists) await file.#reading((handle) => file.#readHeader(handle));
    return file;
  }

  /** In order. */
  get states(): readonly StateEntry[] {
    return this.#states;
  }

  /** Where a cache can be put for as long as this process lives. */
  get cachePath(): string {
    return besideFile(this.#path, 'cache');
  }

  /** Reads a state, and puts its cache into `cachePath`. */
  async read(entry: StateEntry): Promise<RunState> {
    return this.#reading(async (handle) => {
      const from = this.#startOf(entry);
      const state = Buffer.alloc(entry.state.bytes);
      await handle.read(state, 0, state.length, from);
      if (crc32(state) !== entry.state.checksum) throw damaged(this.name);
      const cache = await open(this.cachePath, 'w');
      const copied = copy(handle, from + state.length, entry.cache.bytes, cache);
      const sum = await copied.finally(() => cache.close());
      if (sum !== entry.cache.checksum) {
        this.close();
        throw damaged(this.name);
      }
      return deserialize(state) as RunState;
    });
  }

  /** Replaces the file by one of those states and the newest one. */
  async replace(older: readonly StateEntry[], { line, tokens, state, cachePath }: NewState): Promise<void> {
    await attempt(this.name, 'written', async () => {
      const bytes = serialize(state);
      const stored = await open(cachePath);
      const before = older.length === 0 ? undefined : await open(this.#path);
      try {
        const cache = { bytes: (await stored.stat()).size, checksum: await checksumOf(stored) };
        const newest = { line, tokens, state: { bytes: bytes.length, checksum: crc32(bytes) }, cache };
        const header = headerLines({ run: this.#run, states: [...older, newest] });
        await replaceFileBy(this.#path, async (part) => {
          await part.write(header);
          for (const entry of older)
            if (before !== undefined)
              await copy(before, this.#startOf(entry), entry.state.bytes + entry.cache.bytes, part);
          await part.write(bytes);
          await copy(stored, 0, cache.bytes, part);
        });
        this.#states = [...older, newest];
        this.#bodyFrom = header.length;
      } finally {
        await stored.close();
        await before?.close();
        await rm(cachePath, { force: true });
      }
    });
  }

  /** Leaves nothing but the file. */
  close(): void {
    rmSync(this.cachePath, { force: true });
  }

  #reading<Result>(action: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    return attempt(this.name, 'read', async () => {
      const handle = await open(this.#path);
      try {
        return await action(handle);
      } finally {
        await handle.close();
      }
    });
  }

  async #readHeader(handle: FileHandle): Promise<void> {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const [first = '', second = ''] = head.toString('latin1').split('\n', 2);
    if (!first.startsWith(mark)) throw foreign(this.name);
    const length = first.length + second.length + 2;
    if (first !== firstLine(head.subarray(first.length + 1, length))) throw damaged(this.name);
    const { run, states } = JSON.parse(head.toString('utf8', first.length + 1, length)) as Header;
    checkRun(this.name, run, this.#run);
    this.#states = states;
    this.#bodyFrom = length;
    const bytes = states.reduce((sum, { state, cache }) => sum + state.bytes + cache.bytes, length);
    if ((await handle.stat()).size !== bytes) throw damaged(this.name);
  }

  #startOf(entry: StateEntry): number {
    const before = this.#states.slice(0, this.#states.indexOf(entry));
    return before.reduce((sum, { state, cache }) => sum + state.bytes + cache.bytes, this.#bodyFrom);
  }
}

function headerLines(header: Header): Buffer {
  const second = Buffer.from(`${JSON.stringify(header)}\n`);
  return Buffer.concat([Buffer.from(`${firstLine(second)}\n`), second]);
}

/** Says what the file is, and what the second line adds up to. */
function firstLine(second: Uint8Array): string {
  return `${mark} ${crc32(second).toString(16).padStart(8, '0')}`;
}

function checkRun(name: string, before: RunIdentity, run: RunIdentity): void {
  const other = Object.keys(run).find((key) => JSON.stringify(before[key]) !== JSON.stringify(run[key]));
  if (other === undefined) return;
  const is = `${other} ${JSON.stringify(before[other] ?? null)}, not ${JSON.stringify(run[other])}`;
  const hint = 'give the same options and document, or --bookmark another file';
  throw new UnspoolError('other-bookmark', `${name}: is of another run: ${is}`, hint);
}

/** Copies bytes to where the other file is at; returns their checksum. Holds one piece. */
async function copy(source: FileHandle, from: number, bytes: number, target?: FileHandle): Promise<number> {
  const piece = Buffer.alloc(Math.min(pieceBytes, bytes));
  let sum = 0;
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await source.read(piece, 0, Math.min(piece.length, bytes - at), from + at);
    if (bytesRead === 0) break;
    const read = piece.subarray(0, bytesRead);
    sum = crc32(read, sum);
    for (let written = 0; target !== undefined && written < bytesRead;)
      written += (await target.write(read, written)).bytesWritten;
    at += bytesRead;
  }
  return sum;
}

async function checksumOf(file: FileHandle): Promise<number> {
  return copy(file, 0, (await file.stat()).size);
}

async function attempt<Result>(
  name: string,
  what: 'read' | 'written',
  action: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof UnspoolError) throw error;
    const code = what === 'read' ? 'bookmark-unreadable' : 'output-unwritable';
    const hint = 'give --bookmark a file in a folder that exists and has room';
    throw new UnspoolError(code, `${name}: cannot be ${what}: ${reasonOf(error)}`, hint, 1, { cause: error });
  }
}

function foreign(name: string): UnspoolError {
  return new UnspoolError('no-bookmark', `${name}: is no bookmark of unspool stream`, 'give --bookmark another name');
}

function damaged(name: string): UnspoolError {
  const hint = 'remove it to start again, or give --bookmark another name';
  return new UnspoolError('damaged-bookmark', `${name}: is a damaged bookmark`, hint);
}
