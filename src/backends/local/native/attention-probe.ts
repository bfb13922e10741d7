// Reads attention weights while llama.cpp computes them: the tensors `kq_soft_max`, which exist without flash attention.

import type { AttentionShares } from '../../../engine/backend.js';
import { NativeContext } from './context.js';
import type { Library, Pointer, Tensor } from './library.js';

/** The name that llama-graph.cpp gives them, and the layer. */
const weights = /^kq_soft_max-(\d+)$/;
const regions = 3;

export class AttentionProbe {
  readonly #context: NativeContext;
  readonly #look: { at: (layer: number, tensor: Tensor) => void };

  private constructor(context: NativeContext, look: { at: (layer: number, tensor: Tensor) => void }) {
    this.#context = context;
    this.#look = look;
  }

  /** A cache of its own, for `tokens` tokens. Undefined where it does not fit the memory. */
  static create(library: Library, model: Pointer, tokens: number, threads: number): AttentionProbe | undefined {
    const look: { at: (layer: number, tensor: Tensor) => void } = { at: () => undefined };
    const onTensor = library.onTensor((tensor, isDone) => {
      const layer = weights.exec(tensor.name)?.[1];
      if (layer !== undefined && isDone) look.at(Number(layer), tensor);
      // Before: whether it is wanted. After: whether to go on.
      return isDone || layer !== undefined;
    });
    const context = NativeContext.create(library, model, { cells: tokens, batch: tokens, threads, onTensor });
    return context && new AttentionProbe(context, look);
  }

  measure(tokens: Int32Array, sinks: number, recent: number): AttentionShares {
    const byLayer = new Map<number, Float32Array>();
    this.#look.at = (layer, tensor) => byLayer.set(layer, sharesOf(tensor, sinks, recent));
    this.#context.clear();
    this.#context.decodeHere(tokens);
    const layers = [...byLayer.keys()].sort((a, b) => a - b);
    const parts = layers.map((layer) => byLayer.get(layer) ?? new Float32Array(0));
    const shares = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      shares.set(part, at);
      at += part.length;
    }
    return { layers, heads: (parts[0]?.length ?? 0) / regions, shares };
  }
}

/** `tensor`: weights over the cells, for each query, for each head. Cell i holds token i. */
function sharesOf(tensor: Tensor, sinks: number, recent: number): Float32Array {
  const [cells, queries, heads] = tensor.size;
  const all = tensor.elements();
  const shares = new Float32Array(heads * regions);
  const first = Math.floor(queries / 2);
  for (let head = 0; head < heads; head += 1) {
    const sums = [0, 0, 0];
    for (let query = first; query < queries; query += 1) {
      const row = all.subarray((head * queries + query) * cells, (head * queries + query) * cells + query + 1);
      row.forEach((weight, cell) => {
        const region = cell < sinks ? 0 : cell > query - recent ? 2 : 1;
        sums[region] = (sums[region] ?? 0) + weight;
      });
    }
    shares.set(
      sums.map((sum) => sum / (queries - first)),
      head * regions,
    );
  }
  return shares;
}
