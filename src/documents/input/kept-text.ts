// Parts of documents, read again: from the file where they stand in it as they are, else from a copy.
import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { changedDocument, documentFailure } from '../failures.js';
import { append, openNameless } from '../../files/temporary-file.js';

/** Where the UTF-8 bytes of a part are, and their CRC-32. */
export interface KeptTextLocation {
  readonly where: 'document' | 'copy';
  readonly offset: number;
  readonly size: number;
  readonly checksum: number;
}

/** What is kept of a document. */
export interface KeptPart {
  readonly text: string;
  /** Of the document's bytes; half-open. */
  readonly bytes: readonly [from: number, to: number];
  /** Whether these are the text's own, unchanged. */
  readonly isVerbatim: boolean;
}

/** A document of which parts are read again. */
export interface Original {
  readonly name: string;
  /** Of a file whose bytes are the document's. */
  readonly path?: string | undefined;
}

const PIECE_BYTES = 256 * 1024;

/** Copies go to a file without a name, so that memory does not grow with them. */
export class KeptText {
  #file: Promise<FileHandle> | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #writtenBytes = 0;

  async keep({ text, bytes: [from], isVerbatim }: KeptPart, { name, path }: Original): Promise<KeptTextLocation> {
    const bytes = Buffer.from(text);
    const own = { size: bytes.length, checksum: crc32(bytes) };
    if (isVerbatim && path !== undefined) return { where: 'document', offset: from, ...own };
    const offset = this.#writtenBytes + this.#heldBytes;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= PIECE_BYTES) await this.#write(name);
    return { where: 'copy', offset, ...own };
  }

  /** The text as it was. Throws an `UnspoolError` where the file has changed since. */
  async read(location: KeptTextLocation, { name, path }: Original): Promise<string> {
    const bytes =
      location.where === 'copy' ? await this.#readCopy(location, name) : await readFile(location, name, path ?? name);
    if (crc32(bytes) !== location.checksum) throw changedDocument(name);
    return bytes.toString();
  }

  /** Lets go of the copies. */
  async dispose(): Promise<void> {
    await (await this.#file?.catch(() => undefined))?.close();
  }

  async #readCopy(location: KeptTextLocation, name: string): Promise<Buffer> {
    await this.#write(name);
    return readAt(await this.#opened(name), location);
  }

  async #write(name: string): Promise<void> {
    if (this.#heldBytes === 0) return;
    await append(await this.#opened(name), Buffer.concat(this.#held), name);
    this.#writtenBytes += this.#heldBytes;
    this.#held = [];
    this.#heldBytes = 0;
  }

  #opened(name: string): Promise<FileHandle> {
    return (this.#file ??= openNameless(name));
  }
}

async function readFile(location: KeptTextLocation, name: string, path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      return await readAt(file, location);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw documentFailure(error, name);
  }
}

/** Fewer bytes where the file was cut short. */
async function readAt(file: FileHandle, { offset, size }: KeptTextLocation): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, offset);
  return buffer.subarray(0, bytesRead);
}
