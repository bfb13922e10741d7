// Writes a Llama of 135M shape with random weights and GPT-2's vocabulary, to measure speed on: 576 wide, 30 layers,
// 9 heads and 3 key/value heads of 64, feed-forward 1,536, 50,257 entries, q8_0, tied embeddings.
//
// node test/bench/random-model.mjs OUT.gguf [TRAINED_CONTEXT] [LLAMA_CPP_SOURCE]      (default: 2048, as build.sh leaves it)

import { closeSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGgufFileInfo } from 'node-llama-cpp';

const [out, context = '2048', source = join(tmpdir(), 'unspool-references/llama.cpp')] = process.argv.slice(2);
if (out === undefined)
  throw new Error('usage: node test/bench/random-model.mjs OUT.gguf [TRAINED_CONTEXT] [LLAMA_CPP_SOURCE]');

const [width, layers, heads, keyValueHeads, feedForward] = [576, 30, 9, 3, 1536];
const keyWidth = (width / heads) * keyValueHeads;
const { metadata } = await readGgufFileInfo(join(source, 'models/ggml-vocab-gpt-2.gguf'), {
  sourceType: 'filesystem',
  logWarnings: false,
});
const { tokens, token_type: kinds, merges } = metadata.tokenizer.ggml;

// The format: ggml/docs/gguf.md.
const types = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 };
const [f32, q8] = [0, 8];
const uint32 = (value) => Buffer.from(Uint32Array.of(value).buffer);
const uint64 = (value) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value) => Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)]);
const entry = (key, type, value) => Buffer.concat([text(key), uint32(type), value]);
const integer = (key, value) => entry(key, types.uint32, uint32(value));
const string = (key, value) => entry(key, types.string, text(value));
const array = (key, type, values, write) =>
  entry(key, types.array, Buffer.concat([uint32(type), uint64(values.length), ...values.map(write)]));

const entries = [
  string('general.architecture', 'llama'),
  string('general.name', 'random 135M'),
  integer('llama.context_length', Number(context)),
  integer('llama.embedding_length', width),
  integer('llama.block_count', layers),
  integer('llama.feed_forward_length', feedForward),
  integer('llama.attention.head_count', heads),
  integer('llama.attention.head_count_kv', keyValueHeads),
  entry('llama.attention.layer_norm_rms_epsilon', types.float32, Buffer.from(Float32Array.of(1e-5).buffer)),
  string('tokenizer.ggml.model', 'gpt2'),
  string('tokenizer.ggml.pre', 'gpt-2'),
  array('tokenizer.ggml.tokens', types.string, tokens, text),
  array('tokenizer.ggml.token_type', types.int32, [...kinds], uint32),
  array('tokenizer.ggml.merges', types.string, merges, text),
  integer('tokenizer.ggml.bos_token_id', tokens.indexOf('<|endoftext|>')),
  integer('tokenizer.ggml.eos_token_id', tokens.indexOf('<|endoftext|>')),
];

const tensors = [
  { name: 'token_embd.weight', dimensions: [width, tokens.length] },
  { name: 'output_norm.weight', dimensions: [width] },
  ...Array.from({ length: layers }, (_, layer) =>
    [
      ['attn_norm', [width]],
      ['attn_q', [width, width]],
      ['attn_k', [width, keyWidth]],
      ['attn_v', [width, keyWidth]],
      ['attn_output', [width, width]],
      ['ffn_norm', [width]],
      ['ffn_gate', [width, feedForward]],
      ['ffn_up', [width, feedForward]],
      ['ffn_down', [feedForward, width]],
    ].map(([name, dimensions]) => ({ name: `blk.${layer}.${name}.weight`, dimensions })),
  ).flat(),
];
const elements = ({ dimensions }) => dimensions.reduce((a, b) => a * b, 1);
const bytesOf = (tensor) => (tensor.dimensions.length === 1 ? elements(tensor) * 4 : (elements(tensor) / 32) * 34);
const aligned = (bytes) => Math.ceil(bytes / 32) * 32;

let offset = 0;
const table = tensors.map((tensor) => {
  const { name, dimensions } = tensor;
  const type = dimensions.length === 1 ? f32 : q8;
  const at = offset;
  offset += aligned(bytesOf(tensor));
  return Buffer.concat([text(name), uint32(dimensions.length), ...dimensions.map(uint64), uint32(type), uint64(at)]);
});
const header = Buffer.concat([
  Buffer.from('GGUF'),
  uint32(3),
  uint64(tensors.length),
  uint64(entries.length),
  ...entries,
  ...table,
]);

/** A fixed sequence of 32-bit integers (xorshift; Marsaglia 2003), so that the file is the same each time. */
let state = 2463534242;
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state;
}

const file = openSync(out, 'w');
writeSync(file, header);
writeSync(file, Buffer.alloc(aligned(header.length) - header.length));
for (const tensor of tensors) {
  const bytes = Buffer.alloc(aligned(bytesOf(tensor)));
  if (tensor.dimensions.length === 1) for (let i = 0; i < elements(tensor); i += 1) bytes.writeFloatLE(1, i * 4);
  else
    for (let at = 0; at < bytesOf(tensor); at += 34) {
      // Half-precision 2^-12: weights of up to 0.03.
      bytes.writeUInt16LE(0x0c00, at);
      for (let i = 0; i < 32; i += 4) bytes.writeInt32LE(random(), at + 2 + i);
    }
  writeSync(file, bytes);
}
closeSync(file);
