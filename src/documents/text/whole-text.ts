// The whole of a short text as it is stored, for what writes it back: nothing is cleaned.
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { HEAD_BYTES, recogniseBinary } from '../encodings/binary.js';
import { binaryDocument, documentFailure, notUtf8, STANDARD_INPUT } from '../failures.js';

export interface WholeText {
  /** The path of a file, or that of standard input in words. */
  readonly name: string;
  /** Without the byte order mark. */
  readonly text: string;
  readonly mark: '' | '\ufeff';
}

/** `source`: the path of a file, or standard input. Throws an `UnspoolError` for what is no UTF-8 text. */
export async function readWholeText(source: string | Readable): Promise<WholeText> {
  const name = typeof source === 'string' ? source : STANDARD_INPUT;
  let bytes: Buffer;
  try {
    bytes = typeof source === 'string' ? await readFile(source) : await allOf(source);
  } catch (error) {
    throw documentFailure(error, name);
  }
  const notText = recogniseBinary(bytes.subarray(0, HEAD_BYTES));
  if (notText !== undefined) throw binaryDocument(name, notText);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notUtf8(name);
  }
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  return { name, text: text.slice(mark.length), mark };
}

async function allOf(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(typeof piece === 'string' ? Buffer.from(piece) : (piece as Buffer));
  return Buffer.concat(pieces);
}
