// Vectors on disk, a byte for each number, and whose point most nearly where another one does.

import type { FileHandle } from 'node:fs/promises';
import { cannotKeep } from '../../files/temporary-file.js';
import { BestFirst } from '../best-first.js';

/** What has a vector that was found. */
export interface Neighbour {
  readonly owner: number;
  /** Cosine of the angle to the nearest of its vectors. */
  readonly similarity: number;
}

/** Each row begins with 1 / its length, as float32, and its owner, as uint32. */
const headBytes = 8;
const ownerAt = 4;
/** A row's largest number. */
const scale = 127;
/** Rows are written, and read, so many bytes at a time: a bound of the memory, whatever is kept. */
const blockBytes = 1 << 20;

/** Numbers are rounded to 1/127 of a vector's largest one. Rows are of whole words of 4 bytes, the last ones zeros. */
export class VectorFile {
  readonly #file: FileHandle;
  readonly #width: number;
  readonly #rowBytes: number;
  readonly #block: Buffer;
  /** The same bytes. */
  readonly #numbers: Int8Array;
  #held = 0;
  #written = 0;

  /** `file`: empty, and its own from then on. */
  constructor(file: FileHandle, dimensions: number) {
    this.#file = file;
    this.#width = Math.ceil(dimensions / 4) * 4;
    this.#rowBytes = headBytes + this.#width;
    this.#block = Buffer.alloc(this.#rowBytes * Math.ceil(blockBytes / this.#rowBytes));
    this.#numbers = new Int8Array(this.#block.buffer, this.#block.byteOffset, this.#block.length);
  }

  /** How many there are. */
  get size(): number {
    return this.#written + this.#held;
  }

  get bytes(): number {
    return this.size * this.#rowBytes;
  }

  /** One without length is near none. `owner`: that of the last one, or a larger number. */
  async add(vector: Float32Array, owner: number): Promise<void> {
    const at = this.#held * this.#rowBytes;
    const from = at + headBytes;
    const length = round(vector, this.#numbers.subarray(from, from + this.#width));
    this.#block.writeFloatLE(length === 0 ? 0 : 1 / length, at);
    this.#block.writeUInt32LE(owner, at + ownerAt);
    this.#held += 1;
    if (this.#held * this.#rowBytes === this.#block.length) await this.#write();
  }

  /** The `most` owners of the nearest, the nearest first; of equal ones, the earlier. */
  async nearest(vector: Float32Array, most: number): Promise<Neighbour[]> {
    await this.#write();
    const best = new BestFirst<Neighbour>(most);
    let last: Neighbour = { owner: -1, similarity: -Infinity };
    const offer = (): void => {
      if (last.owner >= 0) best.add(last.similarity, last);
    };
    const wanted = unit(vector, this.#width);
    const similarities = new Float32Array(this.#block.length / this.#rowBytes);
    for (let first = 0; first < this.#written; first += similarities.length) {
      const rows = Math.min(similarities.length, this.#written - first);
      await this.#read(first * this.#rowBytes, rows * this.#rowBytes);
      cosines(this.#numbers, wanted, this.#rowBytes, similarities.subarray(0, rows));
      for (let row = 0; row < rows; row += 1) {
        const similarity = similarities[row] ?? 0;
        const owner = this.#block.readUInt32LE(row * this.#rowBytes + ownerAt);
        if (owner === last.owner && similarity <= last.similarity) continue;
        if (owner !== last.owner) offer();
        last = { owner, similarity };
      }
    }
    offer();
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
        done += (await this.#file.write(this.#block, done, bytes - done, at)).bytesWritten;
      }
    } catch (error) {
      throw cannotKeep(error, 'the vectors');
    }
    this.#written += this.#held;
    this.#held = 0;
  }

  async #read(at: number, bytes: number): Promise<void> {
    try {
      for (let done = 0; done < bytes;) {
        const { bytesRead } = await this.#file.read(this.#block, done, bytes - done, at + done);
        if (bytesRead === 0) throw new Error('it was cut short');
        done += bytesRead;
      }
    } catch (error) {
      throw cannotKeep(error, 'the vectors');
    }
  }
}

/** Returns the length of what it makes. */
function round(vector: Float32Array, result: Int8Array): number {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const factor = largest === 0 ? 0 : scale / largest;
  let squares = 0;
  for (let index = 0; index < result.length; index += 1) {
    const rounded = Math.round((vector[index] ?? 0) * factor);
    squares += rounded * rounded;
    result[index] = rounded;
  }
  return Math.sqrt(squares);
}

/** Of length 1, or zeros. */
function unit(vector: Float32Array, width: number): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  const result = new Float32Array(width);
  if (length > 0) result.set(vector.map((value) => value / length));
  return result;
}

/** Four sums, which a processor adds up side by side: the loop that the time of a question goes to. */
function cosines(rows: Int8Array, wanted: Float32Array, rowBytes: number, results: Float32Array): void {
  const heads = new DataView(rows.buffer, rows.byteOffset, rows.length);
  const width = wanted.length;
  for (let row = 0; row < results.length; row += 1) {
    const at = row * rowBytes + headBytes;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let index = 0; index < width; index += 4) {
      a += (wanted[index] ?? 0) * (rows[at + index] ?? 0);
      b += (wanted[index + 1] ?? 0) * (rows[at + index + 1] ?? 0);
      c += (wanted[index + 2] ?? 0) * (rows[at + index + 2] ?? 0);
      d += (wanted[index + 3] ?? 0) * (rows[at + index + 3] ?? 0);
    }
    results[row] = (a + b + c + d) * heads.getFloat32(at - headBytes, true);
  }
}
