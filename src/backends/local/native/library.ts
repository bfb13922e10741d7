// llama.cpp's C interface through koffi. Struct layouts are those of include/llama.h in one release (release.ts).

import koffi from 'koffi';
import type { Libraries } from './messages.js';

/** An address in native memory; null where a call returned nothing. */
export type Pointer = unknown;

/** Fields that are set here; the others keep llama.cpp's defaults. */
export interface ModelParameters {
  n_gpu_layers: number;
}

export interface ContextParameters {
  n_ctx: number;
  n_batch: number;
  n_ubatch: number;
  n_seq_max: number;
  n_outputs_max: number;
  n_outputs_max_per_seq: number;
  n_threads: number;
  n_threads_batch: number;
  flash_attn_type: number;
  type_k: number;
  type_v: number;
  cb_eval: Pointer;
  swa_full: boolean;
}

/** `token`, `pos`, `n_seq_id`: int32 each; `seq_id`: pointers to int32; `logits`: int8, 1 where an output is wanted. */
export interface Batch {
  n_tokens: number;
  readonly token: Pointer;
  readonly embd: null;
  readonly pos: Pointer;
  readonly n_seq_id: Pointer;
  readonly seq_id: Pointer;
  readonly logits: Pointer;
}

const modelParameters = koffi.struct('llama_model_params', {
  devices: 'void *',
  tensor_buft_overrides: 'void *',
  n_gpu_layers: 'int32',
  split_mode: 'int',
  load_mode: 'int',
  lazy_mode: 'int',
  main_gpu: 'int32',
  tensor_split: 'void *',
  progress_callback: 'void *',
  progress_callback_user_data: 'void *',
  kv_overrides: 'void *',
  vocab_only: 'bool',
  check_tensors: 'bool',
  use_extra_bufts: 'bool',
  no_host: 'bool',
  no_alloc: 'bool',
  load_mtp: 'bool',
});

const contextParameters = koffi.struct('llama_context_params', {
  n_ctx: 'uint32',
  n_batch: 'uint32',
  n_ubatch: 'uint32',
  n_seq_max: 'uint32',
  n_rs_seq: 'uint32',
  n_outputs_max: 'uint32',
  n_outputs_max_per_seq: 'uint32',
  n_threads: 'int32',
  n_threads_batch: 'int32',
  ctx_type: 'int',
  rope_scaling_type: 'int',
  pooling_type: 'int',
  attention_type: 'int',
  flash_attn_type: 'int',
  rope_freq_base: 'float',
  rope_freq_scale: 'float',
  yarn_ext_factor: 'float',
  yarn_attn_factor: 'float',
  yarn_beta_fast: 'float',
  yarn_beta_slow: 'float',
  yarn_orig_ctx: 'uint32',
  defrag_thold: 'float',
  cb_eval: 'void *',
  cb_eval_user_data: 'void *',
  type_k: 'int',
  type_v: 'int',
  abort_callback: 'void *',
  abort_callback_data: 'void *',
  embeddings: 'bool',
  offload_kqv: 'bool',
  no_perf: 'bool',
  op_offload: 'bool',
  swa_full: 'bool',
  kv_unified: 'bool',
  samplers: 'void *',
  n_samplers: 'size_t',
  ctx_other: 'void *',
});

const batch = koffi.struct('llama_batch', {
  n_tokens: 'int32',
  token: 'void *',
  embd: 'void *',
  pos: 'void *',
  n_seq_id: 'void *',
  seq_id: 'void *',
  logits: 'void *',
});

/** A tensor of a graph that is being computed. */
export interface Tensor {
  readonly name: string;
  /** Elements in each dimension, the fastest first. */
  readonly size: readonly [number, number, number, number];
  /** Contiguous F32 elements, where they are in this machine's memory. */
  elements(): Float32Array;
}

/** The functions in use; names and meaning as in include/llama.h. */
export interface Library {
  modelDefaultParams(): ModelParameters;
  contextDefaultParams(): ContextParameters;
  loadModel(path: string, parameters: ModelParameters): Pointer;
  createContext(model: Pointer, parameters: ContextParameters): Pointer;
  freeContext(context: Pointer): void;
  vocabularySize(model: Pointer): number;
  memory(context: Pointer): Pointer;
  clear(memory: Pointer, data: boolean): void;
  /** Half-open range of positions; -1 for the end. False where the model cannot drop it. */
  remove(memory: Pointer, sequence: number, from: number, to: number): boolean;
  move(memory: Pointer, sequence: number, from: number, to: number, by: number): void;
  /** Writes a sequence and its tokens. Bytes of the file; 0 where that failed. */
  saveSequence(context: Pointer, path: string, sequence: number, tokens: Int32Array, count: number): number;
  /** Reads one into `tokens`, and how many there are into `count`. 0 where that failed. */
  loadSequence(
    context: Pointer,
    path: string,
    sequence: number,
    tokens: Int32Array,
    capacity: number,
    count: [number],
  ): number;
  /** On another thread. 0 when done. */
  decode(context: Pointer, batch: Batch): Promise<number>;
  /** On this thread, as callbacks need. */
  decodeHere(context: Pointer, batch: Batch): number;
  /** Calls back with each tensor that is about to be computed, and where the answer is true again once it is. */
  onTensor(callback: (tensor: Tensor, isDone: boolean) => boolean): Pointer;
  /** Rows of the vocabulary's size, one for each output wanted in the last decode. */
  logits(context: Pointer): Pointer;
}

/** Loads llama.cpp with the variant of ggml that suits the processor. Undefined where a layout is not as written. */
export function loadLibrary({ ggml, ggmlBase, llama, folder }: Libraries): Library | undefined {
  koffi.load(ggml).func('void ggml_backend_load_all_from_path(const char *path)')(folder);
  const library = koffi.load(llama);
  silence(library);
  library.func('void llama_backend_init()')();

  const vocabulary = library.func('void *llama_model_get_vocab(void *model)');
  const vocabularySize = library.func('int32 llama_vocab_n_tokens(void *vocabulary)');
  const decode = library.func('llama_decode', 'int32', ['void *', batch]);
  const bound = {
    modelDefaultParams: library.func('llama_model_default_params', modelParameters, []),
    contextDefaultParams: library.func('llama_context_default_params', contextParameters, []),
    loadModel: library.func('llama_model_load_from_file', 'void *', ['str', modelParameters]),
    createContext: library.func('llama_init_from_model', 'void *', ['void *', contextParameters]),
    freeContext: library.func('void llama_free(void *context)'),
    vocabularySize: (model: Pointer) => vocabularySize(vocabulary(model)) as number,
    memory: library.func('void *llama_get_memory(void *context)'),
    clear: library.func('void llama_memory_clear(void *memory, bool data)'),
    remove: library.func('bool llama_memory_seq_rm(void *memory, int32 sequence, int32 from, int32 to)'),
    move: library.func('void llama_memory_seq_add(void *memory, int32 sequence, int32 from, int32 to, int32 by)'),
    saveSequence: library.func(
      'size_t llama_state_seq_save_file(void *context, str path, int32 sequence, const int32 *tokens, size_t count)',
    ),
    loadSequence: library.func(
      'size_t llama_state_seq_load_file(void *context, str path, int32 sequence, _Out_ int32 *tokens, size_t capacity, ' +
        '_Out_ size_t *count)',
    ),
    decode: (context: Pointer, tokens: Batch) =>
      new Promise<number>((resolve, reject) => {
        decode.async(context, tokens, (error: unknown, status: number) => {
          if (error === null || error === undefined) resolve(status);
          else reject(error instanceof Error ? error : new Error('llama_decode could not be called'));
        });
      }),
    decodeHere: decode,
    onTensor: tensorCallback(ggmlBase),
    logits: library.func('void *llama_get_logits(void *context)'),
  } as Library;
  return hasKnownLayout(bound) ? bound : undefined;
}

/** Where `ne` starts in a ggml_tensor: after its type, padded, and the address of its buffer. */
const sizeOffset = 16;

function tensorCallback(ggmlBase: string): Library['onTensor'] {
  const base = koffi.load(ggmlBase);
  const name = base.func('const char *ggml_get_name(void *tensor)') as (tensor: Pointer) => string;
  const data = base.func('void *ggml_get_data(void *tensor)') as (tensor: Pointer) => Pointer;
  const prototype = koffi.proto('bool (void *tensor, bool ask, void *data)');
  return (callback) =>
    koffi.register((tensor: Pointer, ask: boolean) => {
      const header = new BigInt64Array(koffi.view(tensor, sizeOffset + 32).slice(sizeOffset));
      const [a = 0, b = 0, c = 0, d = 0] = Array.from(header, Number);
      const elements = (): Float32Array => new Float32Array(koffi.view(data(tensor), a * b * c * d * 4));
      return callback({ name: name(tensor), size: [a, b, c, d], elements }, !ask);
    }, koffi.pointer(prototype));
}

/**
 * llama.cpp logs hundreds of lines for each eviction. A listener in JavaScript could not be called from its threads: a
 * function of its own that takes no notice of what it is told stands in. What it prints when it aborts comes all the same.
 */
function silence(library: ReturnType<typeof koffi.load>): void {
  const listener = library.symbol('llama_supports_mmap') as Pointer;
  library.func('void llama_log_set(void *listener, void *data)')(listener, null);
}

/** Checks values at both ends and in the middle of the structs against llama.cpp's own defaults. */
function hasKnownLayout(library: Library): boolean {
  const context = library.contextDefaultParams() as ContextParameters & Record<string, unknown>;
  const model = library.modelDefaultParams() as ModelParameters & Record<string, unknown>;
  const f16 = 1;
  return (
    [context.n_ctx, context.n_batch, context.n_ubatch, context.n_seq_max].join() === '512,2048,512,1' &&
    [context.type_k, context.type_v].join() === [f16, f16].join() &&
    [context.yarn_ext_factor, context.defrag_thold, context.flash_attn_type].join() === '-1,-1,-1' &&
    [context.embeddings, context.offload_kqv, context.no_perf, context.swa_full].join() === 'false,true,true,true' &&
    [context.samplers, context.n_samplers, context.ctx_other].every((value) => value === null || Number(value) === 0) &&
    [model.vocab_only, model.check_tensors, model.use_extra_bufts].join() === 'false,false,true'
  );
}
