// Writes the embedded model with heads of 128 numbers instead of 32: the same model, in a shape whose keys llama.cpp can
// shift when they are quantised. The added numbers are zeros; the rest is exact in F16.
//
// node test/bench/references/wide-heads.mjs OUT.gguf
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readGgufFileInfo } from 'node-llama-cpp';

const [out] = process.argv.slice(2);
const source = fileURLToPath(new URL('../../../fixtures/models/base/base.gguf', import.meta.url));
const [narrow, wide, heads, keyValueHeads] = [32, 128, 6, 3];

/** Sizes that change. A pair of numbers keeps its angle where base^(-2i / 32) = (base^4)^(-2i / 128). */
const changed = {
  'llama.rope.dimension_count': uint32Entry(wide),
  'llama.rope.freq_base': float32Entry(10_000 ** (wide / narrow)),
  'llama.attention.key_length': uint32Entry(wide),
  'llama.attention.value_length': uint32Entry(wide),
};

const bytes = readFileSync(source);
const { fullTensorInfo, metadata } = await readGgufFileInfo(source, { sourceType: 'filesystem', logWarnings: false });
if (metadata.llama.attention.head_count !== heads)
  throw new Error(`${source} is not the model that this was written for`);

const tensors = fullTensorInfo.map(({ name, dimensions, ggmlType, fileOffset }) => {
  const [columns, rows = 1] = dimensions.map(Number);
  const size = ggmlType === 0 ? 4 : 2;
  const data = bytes.subarray(Number(fileOffset), Number(fileOffset) + columns * rows * size);
  const part = /attn_(q|k|v|output)\.weight$/.exec(name)?.[1];
  if (part === undefined) return { name, dimensions: dimensions.map(Number), ggmlType, data };
  // Of a matrix from or to heads, each head is a run of bytes, within each row of the last.
  const run = part === 'output' ? narrow * size : narrow * columns * size;
  const widened = Buffer.concat(
    Array.from({ length: data.length / run }, (_, index) => {
      const head = Buffer.alloc((run * wide) / narrow);
      data.copy(head, 0, index * run, (index + 1) * run);
      return head;
    }),
  );
  // Scores are divided by the root of the head size: twice as much.
  if (part === 'q') doubleF16(widened);
  const count = part === 'k' || part === 'v' ? keyValueHeads : heads;
  return {
    name,
    dimensions: part === 'output' ? [count * wide, rows] : [columns, count * wide],
    ggmlType,
    data: widened,
  };
});

// The format: ggml/docs/gguf.md.
const entries = [...Object.entries(changed).map(([key, value]) => Buffer.concat([text(key), value])), ...keptEntries()];
const aligned = (size) => Math.ceil(size / 32) * 32;
const padded = (buffer) => Buffer.concat([buffer, Buffer.alloc(aligned(buffer.length) - buffer.length)]);
let offset = 0;
const table = tensors.map(({ name, dimensions, ggmlType, data }) => {
  const at = offset;
  offset += aligned(data.length);
  return Buffer.concat([
    text(name),
    uint32(dimensions.length),
    ...dimensions.map(uint64),
    uint32(ggmlType),
    uint64(at),
  ]);
});
const header = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(entries.length), ...entries, ...table];
writeFileSync(out, Buffer.concat([padded(Buffer.concat(header)), ...tensors.map(({ data }) => padded(data))]));

/** Metadata of the source as it is, but for what changes. */
function keptEntries() {
  const count = Number(bytes.readBigUInt64LE(16));
  const kept = [];
  let at = 24;
  for (let index = 0; index < count; index += 1) {
    const start = at;
    const length = Number(bytes.readBigUInt64LE(at));
    const key = bytes.toString('utf8', at + 8, at + 8 + length);
    at = endOfValue(at + 8 + length + 4, bytes.readUInt32LE(at + 8 + length));
    if (!(key in changed)) kept.push(bytes.subarray(start, at));
  }
  return kept;
}

function endOfValue(at, type) {
  const [string, array] = [8, 9];
  if (type === string) return at + 8 + Number(bytes.readBigUInt64LE(at));
  if (type !== array) return at + { 4: 4, 5: 4, 6: 4, 7: 1 }[type];
  const element = bytes.readUInt32LE(at);
  const count = Number(bytes.readBigUInt64LE(at + 4));
  let end = at + 12;
  for (let index = 0; index < count; index += 1) end = endOfValue(end, element);
  return end;
}

/** In place. Subnormal numbers have no exponent to raise. */
function doubleF16(buffer) {
  for (let at = 0; at < buffer.length; at += 2) {
    const half = buffer.readUInt16LE(at);
    const doubled = (half & 0x7c00) === 0 ? (half & 0x8000) | ((half & 0x3ff) << 1) : half + 0x400;
    buffer.writeUInt16LE(doubled, at);
  }
}

function uint32Entry(value) {
  return Buffer.concat([uint32(4), uint32(value)]);
}

function float32Entry(value) {
  return Buffer.concat([uint32(6), Buffer.from(Float32Array.of(value).buffer)]);
}

function text(value) {
  return Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)]);
}

function uint32(value) {
  return Buffer.from(Uint32Array.of(value).buffer);
}

function uint64(value) {
  return Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
}
