// Vectors on disk, a byte for each number, and those among them that point most nearly where another one does.

import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { UnspoolError } from '../errors.js';
import { BestFirst } from './best-first.js';

/** A vector that was found. */
export interface Neighbour {
  /** Of vectors, in the order in which they were added. */
  readonly index: number;
  /** Cosine of the angle between the two. */
  readonly similarity: number;
}

/** Each row begins with 1 / its length, as float32. */
const headBytes = Float32Array.BYTES_PER_ELEMENT;
/** A row's largest number. */
const scale = 127;
/** Rows are written, and read, in pieces of about so many bytes: a bound of the memory, whatever is kept. */
const pieceBytes = 1 << 20;

/**
 * Numbers are rounded to 1/127 of a vector's largest one, which moves a cosine of 384 numbers by less than 0.01. Rows are
 * of whole words of 4 bytes, the last ones zeros.
 */
export class VectorFile {
  readonly #file: FileHandle;
  readonly #width: number;
  readonly #rowBytes: number;
  readonly #piece: Buffer;
  #held = 0;
  #written = 0;

  /** `file`: empty, and its own from then on. */
  constructor(file: FileHandle, dimensions: number) {
    this.#file = file;
    this.#width = Math.ceil(dimensions / 4) * 4;
    this.#rowBytes = headBytes + this.#width;
    this.#piece = Buffer.alloc(this.#rowBytes * Math.ceil(pieceBytes / this.#rowBytes));
  }

  /** How many there are. */
  get size(): number {
    return this.#written + this.#held;
  }

  get bytes(): number {
    return this.size * this.#rowBytes;
  }

  /** One without length is near none. */
  async add(vector: Float32Array): Promise<void> {
    const at = this.#held * this.#rowBytes;
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let squares = 0;
    for (let index = 0; index < this.#width; index += 1) {
      const rounded = largest === 0 ? 0 : Math.round(((vector[index] ?? 0) / largest) * scale);
      squares += rounded * rounded;
      this.#piece.writeInt8(rounded, at + headBytes + index);
    }
    this.#piece.writeFloatLE(squares === 0 ? 0 : 1 / Math.sqrt(squares), at);
    this.#held += 1;
    if (this.#held * this.#rowBytes === this.#piece.length) await this.#write();
  }

  /** The `most` nearest, the nearest first; of equal ones, the earlier. */
  async nearest(vector: Float32Array, most: number): Promise<Neighbour[]> {
    await this.#write();
    const best = new BestFirst<Neighbour>(most);
    const wanted = unit(vector, this.#width);
    const similarities = new Float32Array(this.#piece.length / this.#rowBytes);
    for (let first = 0; first < this.#written; first += similarities.length) {
      const rows = Math.min(similarities.length, this.#written - first);
      await this.#read(first * this.#rowBytes, rows * this.#rowBytes);
      cosines(this.#piece, wanted, this.#rowBytes, similarities.subarray(0, rows));
      for (let row = 0; row < rows; row += 1) {
        const similarity = similarities[row] ?? 0;
        if (best.wants(similarity)) best.add(similarity, { index: first + row, similarity });
      }
    }
    return best.items;
  }

  async dispose(): Promise<void> {
    await this.#file.close();
  }

  async #write(): Promise<void> {
    const bytes = this.#held * this.#rowBytes;
    try {
      for (let done = 0; done < bytes;) {
        const at = this.#written * this.#rowBytes + done;
        done += (await this.#file.write(this.#piece, done, bytes - done, at)).bytesWritten;
      }
    } catch (error) {
      throw notKept(error);
    }
    this.#written += this.#held;
    this.#held = 0;
  }

  async #read(at: number, bytes: number): Promise<void> {
    try {
      for (let done = 0; done < bytes;) {
        const { bytesRead } = await this.#file.read(this.#piece, done, bytes - done, at + done);
        if (bytesRead === 0) throw new Error('it was cut short');
        done += bytesRead;
      }
    } catch (error) {
      throw notKept(error);
    }
  }
}

/** Of length 1, or zeros. */
function unit(vector: Float32Array, width: number): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  const result = new Float32Array(width);
  if (length > 0) result.set(vector.map((value) => value / length));
  return result;
}

/** Four sums, which a processor adds up side by side: the loop that the time of a question goes to. */
function cosines(piece: Buffer, wanted: Float32Array, rowBytes: number, results: Float32Array): void {
  const numbers = new Int8Array(piece.buffer, piece.byteOffset, piece.length);
  const width = wanted.length;
  for (let row = 0; row < results.length; row += 1) {
    const at = row * rowBytes + headBytes;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let index = 0; index < width; index += 4) {
      a += (wanted[index] ?? 0) * (numbers[at + index] ?? 0);
      b += (wanted[index + 1] ?? 0) * (numbers[at + index + 1] ?? 0);
      c += (wanted[index + 2] ?? 0) * (numbers[at + index + 2] ?? 0);
      d += (wanted[index + 3] ?? 0) * (numbers[at + index + 3] ?? 0);
    }
    results[row] = (a + b + c + d) * piece.readFloatLE(at - headBytes);
  }
}

function notKept(error: unknown): UnspoolError {
  const reason = error instanceof Error ? (error.message.split(', ', 1)[0] ?? '') : String(error);
  const message = `the vectors: cannot be kept in ${tmpdir()}: ${reason}`;
  return new UnspoolError('input-not-kept', message, 'name another folder with TMPDIR', 1, { cause: error });
}
