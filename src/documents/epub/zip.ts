// The files of a ZIP archive, read out of order and piece by piece.
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl';
import { damagedBook, protectedBook } from '../failures.js';

/** A format without ZIP64 holds no more. */
const mostEntries = 65_535;

export class ZipArchive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #name: string;

  /** `name`: of the document, for errors. The file stays open. */
  static async open(file: FileHandle, name: string): Promise<ZipArchive> {
    const entries = new Map<string, Entry>();
    try {
      const zip = await fromFdPromise(file.fd, { autoClose: false });
      for await (const entry of zip.eachEntry()) {
        if (entries.size === mostEntries) throw new Error('too many files');
        entries.set(entry.fileName, entry);
      }
      return new ZipArchive(zip, entries, name);
    } catch (error) {
      throw damagedBook(name, 'its list of files cannot be read, it may be cut off', error);
    }
  }

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>, name: string) {
    this.#zip = zip;
    this.#entries = entries;
    this.#name = name;
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** As stored. */
  compressedBytes(path: string): number {
    return this.#entries.get(path)?.compressedSize ?? 0;
  }

  /** A whole file of at most `most` bytes. */
  async read(path: string, most: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of this.pieces(path)) {
      bytes += piece.length;
      if (bytes > most) throw damagedBook(this.#name, `${path} is larger than ${most / 2 ** 20} MiB`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** What it holds is checked against its size and its checksum: the error comes at its end. */
  async *pieces(path: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw damagedBook(this.#name, `${path} is missing`);
    if (entry.isEncrypted()) throw protectedBook(this.#name);
    let checksum = 0;
    try {
      for await (const piece of await this.#zip.openReadStreamPromise(entry)) {
        checksum = crc32(piece as Buffer, checksum);
        yield piece as Buffer;
      }
      if (checksum !== entry.crc32) throw new Error('wrong checksum');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw damagedBook(this.#name, `${path} (${reason})`, error);
    }
  }
}
