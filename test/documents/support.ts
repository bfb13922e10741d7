// What the tests of documents share: reading a document to its end, temporary files, checks of chunks and handles.
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { cleanText } from '../../src/documents/text/clean-text.js';
import type { Document, TextChunk } from '../../src/engine/document.js';
import { UnspoolError } from '../../src/errors.js';

/** A folder that is removed after the tests of the file; the function writes a file into it and returns its path. */
export function temporaryFolder(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'unspool-documents-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

/** All chunks, and the error after them if there was one. */
export async function readAll(document: Document): Promise<{ chunks: TextChunk[]; text: string; error: unknown }> {
  const chunks: TextChunk[] = [];
  let error: unknown;
  try {
    for await (const chunk of document.chunks()) chunks.push(chunk);
  } catch (thrown) {
    error = thrown;
  }
  return { chunks, text: textOf(chunks), error };
}

export function asUnspoolError(error: unknown): UnspoolError {
  expect(error).toBeInstanceOf(UnspoolError);
  return error as UnspoolError;
}

/** The chunks of bytes that arrive in these pieces. */
export async function clean(pieces: Buffer[], limitBytes?: number): Promise<TextChunk[]> {
  const chunks: TextChunk[] = [];
  for await (const batch of cleanText(pieces, limitBytes)) chunks.push(...batch);
  return chunks;
}

export function textOf(chunks: readonly TextChunk[]): string {
  return chunks.map(({ text }) => text).join('');
}

export function sum(chunks: readonly TextChunk[], key: 'controlCharacters' | 'invalidBytes'): number {
  return chunks.reduce((total, chunk) => total + chunk[key], 0);
}

/** How many descriptors of this process are open on a file. */
export function descriptorsOn(path: string): number {
  const targets = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return '';
    }
  });
  return targets.filter((target) => target === path).length;
}

/** Cuts at these places. The first piece keeps a byte order mark whole. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => Math.max(3, place % (bytes.length + 1))).sort((a, b) => a - b);
  return [0, ...sorted].map((start, index) => bytes.subarray(start, sorted[index] ?? bytes.length));
}

/** Holds every chunk to what `TextChunk` promises about its place in `source`. */
export function expectChunksMapTo(source: Buffer, chunks: readonly TextChunk[], decoderName = 'utf-8'): void {
  const unitBytes = decoderName === 'utf-8' ? 1 : 2;
  let previousEnd = 0;
  for (const [index, chunk] of chunks.entries()) {
    expect(chunk.encoding).toBe(unitBytes === 1 ? 'utf-8' : 'double-byte');
    expect(chunk.byte).toBeGreaterThanOrEqual(previousEnd);
    expect(chunk.endByte - chunk.byte).toBeLessThanOrEqual(64 * 1024);
    expect(chunk.line).toBe(1 + lineFeedsBefore(source, chunk.byte, decoderName));
    if (chunk.text === '') {
      expect(index).toBe(chunks.length - 1);
      expect(chunk.controlCharacters).toBeGreaterThan(0);
    }
    const own = source.subarray(chunk.byte, chunk.endByte);
    if (chunk.invalidBytes > 0) {
      expect(chunk.text).toBe('\uFFFD');
      expect(chunk.invalidBytes).toBe(own.length);
      expect(() => decodeStrictly(own, decoderName)).toThrow();
    } else {
      // The only differences that a chunk may hide: a line end at its end, and a carriage return that is all of it.
      expect(chunk.text).toBe(decodeStrictly(own, decoderName).replace(/\r\n$/, '\n').replace(/^\r$/, ' '));
    }
    previousEnd = chunk.endByte;
  }
}

function decodeStrictly(bytes: Buffer, decoderName: string): string {
  return new TextDecoder(decoderName, { fatal: true, ignoreBOM: true }).decode(bytes);
}

function lineFeedsBefore(source: Buffer, end: number, decoderName: string): number {
  if (decoderName === 'utf-8') return source.subarray(0, end).filter((byte) => byte === 0x0a).length;
  let count = 0;
  for (let at = 0; at + 2 <= end; at += 2) {
    const unit = decoderName === 'utf-16le' ? source.readUInt16LE(at) : source.readUInt16BE(at);
    if (unit === 0x0a) count++;
  }
  return count;
}
