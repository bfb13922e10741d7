// Writes small GGUF files: headers good or bad, with or without tensors (format: ggml/docs/gguf.md).

type Value = string | number | boolean | readonly string[] | readonly number[];

export interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Zeros without. */
  readonly values?: Float32Array;
}

const types = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

/** A GGUF with F32 tensors. Whole numbers are written as uint32, in lists as int32, others as float32. */
export function gguf(metadata: Readonly<Record<string, Value>>, tensors: readonly Tensor[] = []): Buffer {
  const alignment = 32;
  const parts: Buffer[] = [
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(Object.keys(metadata).length),
  ];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), ...typed(value));
  let offset = 0;
  for (const { name, dimensions } of tensors) {
    parts.push(text(name), uint32(dimensions.length), ...dimensions.map(uint64), uint32(0), uint64(offset));
    offset += Math.ceil((product(dimensions) * 4) / alignment) * alignment;
  }
  const header = Buffer.concat(parts);
  const padding = Buffer.alloc((alignment - (header.length % alignment)) % alignment);
  const data = Buffer.alloc(offset);
  let at = 0;
  for (const { dimensions, values } of tensors) {
    values?.forEach((value, index) => data.writeFloatLE(value, at + 4 * index));
    at += Math.ceil((product(dimensions) * 4) / alignment) * alignment;
  }
  return Buffer.concat([header, padding, data]);
}

/** Metadata that any llama-architecture text model has, in miniature. */
export function modelMetadata(architecture: string, more: Readonly<Record<string, Value>> = {}): Record<string, Value> {
  return {
    'general.architecture': architecture,
    'general.name': 'miniature',
    [`${architecture}.context_length`]: 64,
    [`${architecture}.embedding_length`]: 32,
    [`${architecture}.block_count`]: 1,
    [`${architecture}.feed_forward_length`]: 32,
    [`${architecture}.attention.head_count`]: 2,
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'gpt-2',
    'tokenizer.ggml.tokens': ['<s>', 'a', 'b'],
    'tokenizer.ggml.token_type': [3, 1, 1],
    'tokenizer.ggml.merges': ['a b'],
    ...more,
  };
}

export const embeddingTensor: Tensor = { name: 'token_embd.weight', dimensions: [32, 3] };

function typed(value: Value): Buffer[] {
  if (typeof value === 'string') return [uint32(types.string), text(value)];
  if (typeof value === 'boolean') return [uint32(types.bool), Buffer.of(value ? 1 : 0)];
  if (typeof value === 'number' && !Number.isInteger(value)) return [uint32(types.float32), float32(value)];
  if (typeof value === 'number') return [uint32(types.uint32), uint32(value)];
  const isText = typeof value[0] === 'string';
  const elements = value.map((element) => (typeof element === 'string' ? text(element) : uint32(element)));
  return [uint32(types.array), uint32(isText ? types.string : types.int32), uint64(value.length), ...elements];
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function float32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function product(values: readonly number[]): number {
  return values.reduce((a, b) => a * b, 1);
}
