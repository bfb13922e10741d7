// Instruct models for tests: the embedded model's weights with a chat template, and tokens that the template uses.

import { readFileSync } from 'node:fs';
import { bundledModel } from '../../src/commands/options/model.js';

/** Types of GGUF metadata values (ggml/docs/gguf.md), and bytes of those of fixed size. */
const [stringType, listType] = [8, 9];
const scalarBytes: Readonly<Record<number, number>> = { 4: 4, 5: 4, 6: 4, 7: 1, 10: 8 };
/** Token types of GGUF (llama.h, enum llama_token_type). */
const [control, userDefined] = [3, 4];
/** The embedded model's tokens `<|reserved_0|>` and those that follow. */
const firstReserved = 8;
/** What instruct models are trained on at least: the weights know less, which takes nothing but sense. */
const trainedContext = 4096;
const alignment = 32;

export interface InstructModel {
  /** A Jinja template; undefined for a base model. */
  readonly template: string | undefined;
  /** Texts of tokens that the template uses, at most eight in all. */
  readonly controls?: readonly string[];
  readonly userDefined?: readonly string[];
}

/** A GGUF that runs: what it writes makes little sense, but it writes, and is scored, as any instruct model is. */
export function instructModel({ template, controls = [], userDefined: defined = [] }: InstructModel): Buffer {
  const source = readFileSync(bundledModel);
  const reader = { at: 24 };
  const uint64 = (): number => Number(source.readBigUInt64LE((reader.at += 8) - 8));
  const uint32 = (): number => source.readUInt32LE((reader.at += 4) - 4);
  const text = (): string => {
    const length = uint64();
    return source.toString('utf8', reader.at, (reader.at += length));
  };
  const pass = (type: number): void => {
    if (type === stringType) text();
    else if (type !== listType) reader.at += scalarBytes[type] ?? 0;
    else {
      const element = uint32();
      for (let left = uint64(); left > 0; left -= 1) pass(element);
    }
  };

  const added = [...controls, ...defined];
  const renamed = (index: number): string | undefined => added[index - firstReserved];
  const entries: Buffer[] = [];
  const tensors = Number(source.readBigUInt64LE(8));
  const count = Number(source.readBigUInt64LE(16));
  for (let entry = 0; entry < count; entry += 1) {
    const from = reader.at;
    const key = text();
    const type = uint32();
    const valueAt = reader.at;
    pass(type);
    const value = source.subarray(valueAt, reader.at);
    if (key === 'llama.context_length') {
      entries.push(source.subarray(from, valueAt), uint32Of(trainedContext));
    } else if (key === 'tokenizer.ggml.tokens') {
      entries.push(source.subarray(from, valueAt), withTexts(value, renamed));
    } else if (key === 'tokenizer.ggml.token_type') {
      const types = Buffer.from(value);
      added.forEach((_, index) => {
        types.writeInt32LE(index < controls.length ? control : userDefined, 12 + 4 * (firstReserved + index));
      });
      entries.push(source.subarray(from, valueAt), types);
    } else entries.push(source.subarray(from, reader.at));
  }
  if (template !== undefined) entries.push(string('tokenizer.chat_template'), uint32Of(stringType), string(template));
  const head = Buffer.from(source.subarray(0, 24));
  head.writeBigUInt64LE(BigInt(count + (template === undefined ? 0 : 1)), 16);

  const tensorsAt = reader.at;
  for (let tensor = 0; tensor < tensors; tensor += 1) {
    text();
    const dimensions = uint32();
    reader.at += 8 * dimensions + 12;
  }
  const header = Buffer.concat([head, ...entries, source.subarray(tensorsAt, reader.at)]);
  const dataAt = Math.ceil(reader.at / alignment) * alignment;
  return Buffer.concat([header, Buffer.alloc(-header.length & (alignment - 1)), source.subarray(dataAt)]);
}

/** A list of texts, some of them others. */
function withTexts(list: Buffer, renamed: (index: number) => string | undefined): Buffer {
  const count = Number(list.readBigUInt64LE(4));
  const parts = [list.subarray(0, 12)];
  let at = 12;
  for (let index = 0; index < count; index += 1) {
    const end = at + 8 + Number(list.readBigUInt64LE(at));
    const name = renamed(index);
    parts.push(name === undefined ? list.subarray(at, end) : string(name));
    at = end;
  }
  return Buffer.concat(parts);
}

function string(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

function uint32Of(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
