// A small embedding model for tests: BERT with one layer, a known vocabulary, and weights from a sequence of numbers.

import { gguf, type Tensor } from './gguf.js';

export interface EmbeddingModelOptions {
  /** Words that it knows: those of a group mean nearly the same to it. All others are one unknown word. */
  readonly groups: readonly (readonly string[])[];
  /** Of llama.h, enum llama_pooling_type: 1 takes the mean, 4 scores pairs; undefined for none. */
  readonly pooling?: number | undefined;
}

export const dimensions = 32;
const [heads, forward, context] = [2, 48, 64];
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** Everything but the words is weak: a text is about where the mean of its words is. */
export function embeddingModel({ groups, pooling = 1 }: EmbeddingModelOptions): Buffer {
  const words = groups.flat();
  const random = sequence(1);
  const values = (count: number, size: number): Float32Array =>
    Float32Array.from({ length: count }, () => random() * size);
  const weak = (name: string, ...sizes: number[]): Tensor => ({
    ...{ name, dimensions: sizes },
    values: values(
      sizes.reduce((a, b) => a * b),
      0.1,
    ),
  });
  const ones = (name: string): Tensor => ({
    ...{ name, dimensions: [dimensions] },
    values: new Float32Array(dimensions).fill(1),
  });
  const rows = groups.flatMap((group) => {
    const center = values(dimensions, 1);
    return group.map(() => center.map((value) => value + 0.1 * random()));
  });
  const embeddings = [...special.map(() => values(dimensions, 0.1)), ...rows].flatMap((row) => [...row]);
  const layer = ['attn_q', 'attn_k', 'attn_v', 'attn_output'].flatMap((name) => [
    weak(`blk.0.${name}.weight`, dimensions, dimensions),
    weak(`blk.0.${name}.bias`, dimensions),
  ]);
  const norms = ['token_embd_norm', 'blk.0.attn_output_norm', 'blk.0.layer_output_norm'].flatMap((name) => [
    ones(`${name}.weight`),
    weak(`${name}.bias`, dimensions),
  ]);
  const metadata = {
    'general.architecture': 'bert',
    'general.name': 'tiny meaning',
    'bert.context_length': context,
    'bert.embedding_length': dimensions,
    'bert.block_count': 1,
    'bert.feed_forward_length': forward,
    'bert.attention.head_count': heads,
    'bert.attention.layer_norm_epsilon': 1e-5,
    'bert.attention.causal': false,
    ...(pooling > 0 && { 'bert.pooling_type': pooling }),
    'tokenizer.ggml.model': 'bert',
    'tokenizer.ggml.pre': 'default',
    'tokenizer.ggml.token_type_count': 2,
    // A word begins with U+2581.
    'tokenizer.ggml.tokens': [...special, ...words.map((word) => `\u2581${word}`)],
    'tokenizer.ggml.token_type': [...special.map(() => 3), ...words.map(() => 1)],
    'tokenizer.ggml.padding_token_id': 0,
    'tokenizer.ggml.unknown_token_id': 1,
    'tokenizer.ggml.bos_token_id': 2,
    'tokenizer.ggml.seperator_token_id': 3,
    'tokenizer.ggml.mask_token_id': 4,
  };
  return gguf(metadata, [
    {
      name: 'token_embd.weight',
      dimensions: [dimensions, special.length + words.length],
      values: Float32Array.from(embeddings),
    },
    weak('token_types.weight', dimensions, 2),
    weak('position_embd.weight', dimensions, context),
    ...norms,
    ...layer,
    weak('blk.0.ffn_up.weight', dimensions, forward),
    weak('blk.0.ffn_up.bias', forward),
    weak('blk.0.ffn_down.weight', forward, dimensions),
    weak('blk.0.ffn_down.bias', dimensions),
  ]);
}

/** Numbers between -1 and 1 (Park and Miller 1988). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
}
