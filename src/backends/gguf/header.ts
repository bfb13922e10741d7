// Reads a GGUF's header and tensor table without keeping its lists, and without trusting a length in it. The library's
// reader keeps every list, and a damaged length keeps it busy for hours (format: ggml/docs/gguf.md).

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface GgufHeader {
  /** By full key, such as `llama.block_count`. */
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: number;
  /** Elements of all tensors. */
  readonly parameters: number;
  /** Bytes of the tensors' data. */
  readonly weightBytes: number;
}

export type MetadataValue = string | number | boolean | MetadataList;

export interface MetadataList {
  readonly length: number;
  /** Undefined where the list is long and nobody asked for it. */
  readonly values: readonly MetadataValue[] | undefined;
}

/** By the number of a metadata type: its size in bytes, and how it is read. Strings (8) and lists (9) are walked. */
const scalars: readonly (Scalar | undefined)[] = [
  { bytes: 1, read: (buffer, at) => buffer.readUInt8(at) },
  { bytes: 1, read: (buffer, at) => buffer.readInt8(at) },
  { bytes: 2, read: (buffer, at) => buffer.readUInt16LE(at) },
  { bytes: 2, read: (buffer, at) => buffer.readInt16LE(at) },
  { bytes: 4, read: (buffer, at) => buffer.readUInt32LE(at) },
  { bytes: 4, read: (buffer, at) => buffer.readInt32LE(at) },
  { bytes: 4, read: (buffer, at) => buffer.readFloatLE(at) },
  { bytes: 1, read: (buffer, at) => buffer.readUInt8(at) !== 0 },
  undefined,
  undefined,
  { bytes: 8, read: (buffer, at) => Number(buffer.readBigUInt64LE(at)) },
  { bytes: 8, read: (buffer, at) => Number(buffer.readBigInt64LE(at)) },
  { bytes: 8, read: (buffer, at) => buffer.readDoubleLE(at) },
];

interface Scalar {
  readonly bytes: number;
  readonly read: (buffer: Buffer, at: number) => number | boolean;
}

const magic = 'GGUF';
const versionBytes = 4;
const stringType = 8;
const listType = 9;
/** GGML_MAX_DIMS. */
const mostDimensions = 4;
/** Generous: GGML_TYPE_COUNT is 43 in llama.cpp v0.5.0. */
const mostTypes = 255;
/** Lists of lists exist in the format, not in models. */
const deepestList = 2;
/** Room for one number for each layer; a vocabulary is longer. */
const longestList = 1024;
/** Chat templates take some kilobytes. */
const longestText = 2 ** 20;
const usualAlignment = 32;

/**
 * Undefined for a file that is no GGUF, or whose header, tensor table or data does not lie within it. `keep`: keys of
 * lists that are wanted whole.
 */
export function readGgufHeader(path: string, keep: ReadonlySet<string> = new Set()): GgufHeader | undefined {
  const descriptor = openSync(path, 'r');
  try {
    const reader = new BoundedReader(descriptor);
    if (reader.text(magic.length) !== magic) return undefined;
    reader.advance(versionBytes);
    const tensors = reader.uint64();
    const entries = reader.uint64();
    const metadata = new Map<string, MetadataValue>();
    for (let entry = 0; entry < entries; entry += 1) {
      const key = reader.text(reader.uint64());
      metadata.set(key, readValue(reader, reader.uint32(), keep.has(key) ? Infinity : longestList, 0));
    }
    const table = readTensorTable(reader, tensors);
    const alignment = metadata.get('general.alignment');
    const dataFrom = roundUp(reader.at, typeof alignment === 'number' ? alignment : usualAlignment);
    if (tensors > 0 && dataFrom + table.lastOffset >= reader.size) return undefined;
    return { metadata, tensors, parameters: table.elements, weightBytes: Math.max(0, reader.size - dataFrom) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function readTensorTable(reader: BoundedReader, tensors: number): { elements: number; lastOffset: number } {
  let elements = 0;
  let lastOffset = 0;
  for (let tensor = 0; tensor < tensors; tensor += 1) {
    reader.advance(reader.uint64());
    const dimensions = reader.uint32();
    if (dimensions > mostDimensions) throw new RangeError('no such tensor');
    let size = 1;
    for (let dimension = 0; dimension < dimensions; dimension += 1) size *= reader.uint64();
    const type = reader.uint32();
    // No type takes less than a bit for an element.
    if (size < 1 || size > reader.size * 8 || type > mostTypes) throw new RangeError('no such tensor');
    elements += size;
    lastOffset = Math.max(lastOffset, reader.uint64());
  }
  return { elements, lastOffset };
}

function readValue(reader: BoundedReader, type: number, longest: number, depth: number): MetadataValue {
  if (type === stringType) return reader.text(reader.uint64());
  if (type !== listType) return reader.scalar(scalarOf(type));
  if (depth >= deepestList) throw new RangeError('no such type');
  const elementType = reader.uint32();
  const length = reader.uint64();
  if (length > longest) {
    skipElements(reader, elementType, length, depth);
    return { length, values: undefined };
  }
  const values: MetadataValue[] = [];
  while (values.length < length) values.push(readValue(reader, elementType, longest, depth + 1));
  return { length, values };
}

function skipElements(reader: BoundedReader, type: number, count: number, depth: number): void {
  if (type === stringType) {
    reader.skipTexts(count);
  } else if (type === listType) {
    for (let element = 0; element < count; element += 1) readValue(reader, type, 0, depth + 1);
  } else {
    reader.advance(count * scalarOf(type).bytes);
  }
}

function scalarOf(type: number): Scalar {
  const scalar = scalars[type];
  if (scalar === undefined) throw new RangeError('no such type');
  return scalar;
}

function roundUp(value: number, step: number): number {
  return step > 0 ? Math.ceil(value / step) * step : value;
}

/** Reads forward through a file; throws a RangeError at its end. */
class BoundedReader {
  readonly #descriptor: number;
  readonly size: number;
  readonly #window = Buffer.alloc(longestText);
  #windowAt = 0;
  #windowBytes = 0;
  at = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.size = fstatSync(descriptor).size;
  }

  uint32(): number {
    return this.#window.readUInt32LE(this.#take(4));
  }

  /** Beyond 2^53 only roughly, which is beyond the end of any file. */
  uint64(): number {
    const from = this.#take(8);
    return this.#window.readUInt32LE(from) + this.#window.readUInt32LE(from + 4) * 2 ** 32;
  }

  scalar({ bytes, read }: Scalar): number | boolean {
    return read(this.#window, this.#take(bytes));
  }

  /** The beginning of a text that is longer than any that matters. */
  text(bytes: number): string {
    const kept = Math.min(bytes, longestText);
    const from = this.#take(kept);
    const text = this.#window.toString('utf8', from, from + kept);
    this.advance(bytes - kept);
    return text;
  }

  /** A vocabulary has hundreds of thousands: one loop, without a call for each. */
  skipTexts(count: number): void {
    const window = this.#window;
    let at = this.at - this.#windowAt;
    let end = this.#windowBytes;
    for (let text = 0; text < count; text += 1) {
      if (at + 8 > end) {
        this.at = this.#windowAt + at;
        at = this.#take(8);
        end = this.#windowBytes;
      }
      at += 8 + window.readUInt32LE(at) + window.readUInt32LE(at + 4) * 2 ** 32;
    }
    this.at = this.#windowAt;
    this.advance(at);
  }

  advance(bytes: number): void {
    if (bytes > this.size - this.at) throw new RangeError('beyond the end of the file');
    this.at += bytes;
  }

  /** The index in the window of the next `bytes` bytes. */
  #take(bytes: number): number {
    const from = this.at;
    this.advance(bytes);
    if (from < this.#windowAt || from + bytes > this.#windowAt + this.#windowBytes) {
      this.#windowAt = from;
      this.#windowBytes = readSync(this.#descriptor, this.#window, 0, this.#window.length, from);
    }
    return from - this.#windowAt;
  }
}
