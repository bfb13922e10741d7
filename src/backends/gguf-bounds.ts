// Walks a GGUF's header and tensor table without keeping it, so that no length in it points outside the file. The
// library's reader trusts these lengths: a damaged one keeps it busy for hours (format: ggml/docs/gguf.md).

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of a value of each metadata type; strings (8) and arrays (9) are walked. */
const valueBytes = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];
const stringType = 8;
const arrayType = 9;
/** GGML_MAX_DIMS. */
const mostDimensions = 4;
/** Generous: GGML_TYPE_COUNT is 43 in llama.cpp v0.5.0. */
const mostTypes = 255;
/** Arrays of arrays exist in the format, not in models. */
const deepestArray = 2;

/** Whether header and tensor table lie within the file, with lengths and types that exist. */
export function isGgufWithinBounds(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const reader = new BoundedReader(descriptor);
    reader.advance('GGUF'.length + 4);
    const tensors = reader.uint64();
    const entries = reader.uint64();
    for (let entry = 0; entry < entries; entry += 1) {
      reader.advance(reader.uint64());
      skipValue(reader, reader.uint32(), 0);
    }
    for (let tensor = 0; tensor < tensors; tensor += 1) {
      reader.advance(reader.uint64());
      const dimensions = reader.uint32();
      if (dimensions > mostDimensions) return false;
      let elements = 1;
      for (let dimension = 0; dimension < dimensions; dimension += 1) elements *= reader.uint64();
      const type = reader.uint32();
      const offset = reader.uint64();
      // No type takes less than a bit for an element.
      if (elements < 1 || elements > reader.size * 8 || type > mostTypes || offset > reader.size) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function skipValue(reader: BoundedReader, type: number, depth: number): void {
  const size = valueBytes[type];
  if (size !== undefined) {
    reader.advance(size);
  } else if (type === stringType) {
    reader.advance(reader.uint64());
  } else if (type === arrayType && depth < deepestArray) {
    const elementType = reader.uint32();
    const count = reader.uint64();
    const elementSize = valueBytes[elementType];
    if (elementSize !== undefined) reader.advance(count * elementSize);
    else for (let element = 0; element < count; element += 1) skipValue(reader, elementType, depth + 1);
  } else {
    throw new RangeError('no such type');
  }
}

/** Reads forward through a file; throws a RangeError at its end. */
class BoundedReader {
  readonly #descriptor: number;
  readonly size: number;
  readonly #window = Buffer.alloc(2 ** 20);
  #windowAt = 0;
  #windowBytes = 0;
  #at = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
  }

  uint32(): number {
    return this.#window.readUInt32LE(this.#take(4));
  }

  uint64(): number {
    return Number(this.#window.readBigUInt64LE(this.#take(8)));
  }

  advance(bytes: number): void {
    if (bytes > this.size - this.#at) throw new RangeError('beyond the end of the file');
    this.#at += bytes;
  }

  /** The index in the window of the next `bytes` bytes. */
  #take(bytes: number): number {
    const from = this.#at;
    this.advance(bytes);
    if (from < this.#windowAt || from + bytes > this.#windowAt + this.#windowBytes) {
      this.#windowAt = from;
      this.#windowBytes = readSync(this.#descriptor, this.#window, 0, this.#window.length, from);
    }
    return from - this.#windowAt;
  }
}
