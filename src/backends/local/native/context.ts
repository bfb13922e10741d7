// One cache of llama.cpp, driven token by token range: what the engine's Backend asks for, in native calls.

import koffi from 'koffi';
import type { Batch, Library, Pointer } from './library.js';

export interface ContextOptions {
  readonly cells: number;
  readonly batch: number;
  readonly threads: number;
  /** A ggml_type; llama.cpp's default, F16, where it is left out. */
  readonly keyType?: number;
  readonly valueType?: number;
  readonly flashAttention?: boolean;
  /** From `Library.onTensor`; then only `decodeHere` may be called. */
  readonly onTensor?: Pointer;
}

/** Cells are numbered from 0 in the order of decoding, as positions are. */
export class NativeContext {
  readonly vocabularySize: number;
  readonly #library: Library;
  readonly #context: Pointer;
  readonly #memory: Pointer;
  readonly #batch: BatchBuffers;
  readonly #capacity: number;
  /** Tokens in the cells. */
  #cells: number[] = [];

  private constructor(library: Library, model: Pointer, context: Pointer, { cells, batch }: ContextOptions) {
    this.#capacity = cells;
    this.#library = library;
    this.#context = context;
    this.#memory = library.memory(context);
    this.vocabularySize = library.vocabularySize(model);
    this.#batch = new BatchBuffers(batch);
  }

  /** Undefined where the cache does not fit the memory. */
  static create(library: Library, model: Pointer, options: ContextOptions): NativeContext | undefined {
    const { cells, batch, threads, flashAttention = false, onTensor = null } = options;
    const usual = library.contextDefaultParams();
    const context = library.createContext(model, {
      ...usual,
      n_ctx: cells,
      n_batch: batch,
      n_ubatch: batch,
      n_outputs_max: batch,
      n_outputs_max_per_seq: batch,
      n_threads: threads,
      n_threads_batch: threads,
      cb_eval: onTensor,
      type_k: options.keyType ?? usual.type_k,
      type_v: options.valueType ?? usual.type_v,
      flash_attn_type: flashAttention ? 1 : 0,
      // Without it, layers with a sliding window would forget what the engine still counts on.
      swa_full: true,
    });
    return context === null ? undefined : new NativeContext(library, model, context, options);
  }

  /** Appends tokens to the cache; a row of logits for each of them that is `wanted` follows. */
  async decode(tokens: Int32Array, wanted: readonly boolean[]): Promise<void> {
    const status = await this.#library.decode(this.#context, this.#batch.fill(tokens, this.#cells.length, wanted));
    if (status !== 0) throw new Error(`llama_decode: ${status}`);
    this.#cells.push(...tokens);
  }

  /** The same on this thread, without logits. */
  decodeHere(tokens: Int32Array): void {
    const status = this.#library.decodeHere(this.#context, this.#batch.fill(tokens, this.#cells.length, []));
    if (status !== 0) throw new Error(`llama_decode: ${status}`);
    this.#cells.push(...tokens);
  }

  /** Copies the first `rows` rows of the last decode's logits, before the next decode overwrites them. */
  copyLogits(rows: number, target: Uint8Array): void {
    const bytes = rows * this.vocabularySize * 4;
    target.set(new Uint8Array(koffi.view(this.#library.logits(this.#context), bytes)));
  }

  /** Drops cells; what follows them moves down, by rotating its keys at the next decode. */
  erase(from: number, to: number): void {
    if (!this.#library.remove(this.#memory, 0, from, to)) throw new Error('llama_memory_seq_rm: refused');
    if (to < this.#cells.length) this.#library.move(this.#memory, 0, to, -1, from - to);
    this.#cells.splice(from, to - from);
  }

  clear(): void {
    this.#library.clear(this.#memory, true);
    this.#cells = [];
  }

  /** Writes the cache to a file, as node-llama-cpp does. Only after a decode: no cell may wait to be moved. */
  save(path: string): boolean {
    const tokens = Int32Array.from(this.#cells);
    return this.#library.saveSequence(this.#context, path, 0, tokens, tokens.length) > 0;
  }

  /** Replaces the cache by that of a file. */
  load(path: string): boolean {
    this.clear();
    const tokens = new Int32Array(this.#capacity);
    const count: [number] = [0];
    if (this.#library.loadSequence(this.#context, path, 0, tokens, tokens.length, count) === 0) return false;
    this.#cells = Array.from(tokens.subarray(0, count[0]));
    return true;
  }

  dispose(): void {
    this.#library.freeContext(this.#context);
  }
}

/** A llama_batch in native memory, for one sequence, reused for every decode. */
class BatchBuffers {
  readonly #batch: Batch;
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #wanted: Int8Array;

  constructor(size: number) {
    const allocate = (type: string): Pointer => koffi.alloc(type, size) as Pointer;
    const sequence: Pointer = koffi.alloc('int32', 1);
    const [token, pos, counts, sequences, logits] = [
      allocate('int32'),
      allocate('int32'),
      allocate('int32'),
      allocate('uint64'),
      allocate('int8'),
    ];
    new Int32Array(koffi.view(sequence, 4)).fill(0);
    new Int32Array(koffi.view(counts, size * 4)).fill(1);
    new BigUint64Array(koffi.view(sequences, size * 8)).fill(koffi.address(sequence));
    this.#tokens = new Int32Array(koffi.view(token, size * 4));
    this.#positions = new Int32Array(koffi.view(pos, size * 4));
    this.#wanted = new Int8Array(koffi.view(logits, size));
    this.#batch = { n_tokens: 0, token, embd: null, pos, n_seq_id: counts, seq_id: sequences, logits };
  }

  fill(tokens: Int32Array, firstPosition: number, wanted: readonly boolean[]): Batch {
    this.#tokens.set(tokens);
    for (let index = 0; index < tokens.length; index += 1) {
      this.#positions[index] = firstPosition + index;
      this.#wanted[index] = wanted[index] === true ? 1 : 0;
    }
    this.#batch.n_tokens = tokens.length;
    return this.#batch;
  }
}
