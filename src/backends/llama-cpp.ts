// Runs a GGUF in process, through node-llama-cpp's public API.

import { setFlagsFromString } from 'node:v8';
import type {
  ControlledEvaluateInputItem,
  Llama,
  LlamaContext,
  LlamaContextOptions,
  LlamaContextSequence,
  LlamaModel,
  Token,
} from 'node-llama-cpp';
import type { Backend, Sampling } from '../engine/backend.js';
import { canShift, classifyModel, type ModelClass } from '../engine/model-class.js';
import type { PolicyKind } from '../engine/policy.js';
import { UnspoolError } from '../errors.js';
import { checkGgufHeader, readGgufFile, type GgufFile } from './gguf-file.js';
import { ggufVocabulary } from './gguf-vocabulary.js';
import { FreeThreads } from './threads.js';

export interface ModelRequest {
  readonly path: string;
  /** Decoding threads; undefined for as many as are free. */
  readonly threads: number | undefined;
}

export interface OpenedModel {
  readonly file: GgufFile;
  readonly modelClass: ModelClass;
  readonly threads: number;
  readonly gpu: boolean;
  /** `cells`: the most that the cache will ever hold. `batch`: the most tokens that one decode is given. */
  createBackend(cells: number, batch: number): Promise<Backend>;
  dispose(): Promise<void>;
}

/** Checks and loads a model. Throws an `UnspoolError` for any file that cannot score text. */
export async function openModel(request: ModelRequest): Promise<OpenedModel> {
  const freeThreads = new FreeThreads();
  await checkGgufHeader(request.path);
  const llama = await startLlama();
  const file = await readGgufFile(request.path, llama);
  const modelClass = classifyModel(file.traits);
  const model = await load(llama, file);
  const threads = request.threads ?? freeThreads.count(llama.cpuMathCores);
  return {
    file,
    modelClass,
    threads,
    gpu: model.gpuLayers > 0,
    createBackend: (cells, batch) => {
      checkCacheSize(file, cells);
      return createBackend(model, modelClass, { cells, batch, threads });
    },
    dispose: () => llama.dispose(),
  };
}

async function startLlama(): Promise<Llama> {
  // The public API makes garbage for each token. A young generation that may not grow keeps peak memory flat.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { getLlama, LlamaLogLevel, NoBinaryFoundError } = await import('node-llama-cpp');
  try {
    return await getLlama({
      // "auto" would download and compile llama.cpp inside a user's command.
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      // What matters of llama.cpp's own messages reaches the user as an error of ours.
      logger: () => undefined,
    });
  } catch (error) {
    if (!(error instanceof NoBinaryFoundError)) throw error;
    const hint = 'node-llama-cpp ships binaries for glibc Linux, macOS and Windows; Alpine has none';
    throw new UnspoolError('no-binary', 'there is no llama.cpp binary for this system', hint, 1, { cause: error });
  }
}

async function load(llama: Llama, file: GgufFile): Promise<LlamaModel> {
  const { InsufficientMemoryError } = await import('node-llama-cpp');
  try {
    return await llama.loadModel({ modelPath: file.path });
  } catch (error) {
    if (error instanceof InsufficientMemoryError) {
      const hint = 'use a smaller model or a smaller quantisation';
      throw new UnspoolError('model-too-large', `${file.path}: does not fit the free memory`, hint, 1, {
        cause: error,
      });
    }
    const hint = 'the file may be damaged: download it again';
    throw new UnspoolError('model-load', `${file.path}: llama.cpp could not load it`, hint, 1, { cause: error });
  }
}

/** Says no before llama.cpp tries for minutes. */
function checkCacheSize(file: GgufFile, cells: number): void {
  const bytes = cells * file.cacheBytesPerToken;
  if (bytes <= process.availableMemory()) return;
  const message = `a cache of ${cells} cells takes ${Math.ceil(bytes / 1e6)} MB, more than the free memory`;
  throw new UnspoolError('cache-too-large', message, 'use a smaller --window');
}

interface CacheSize {
  readonly cells: number;
  readonly batch: number;
  readonly threads: number;
}

async function createBackend(model: LlamaModel, modelClass: ModelClass, size: CacheSize): Promise<Backend> {
  const context = await createContext(model, {
    // The library stops one cell before the end of its context.
    contextSize: size.cells + 1,
    batchSize: size.batch,
    threads: size.threads,
    // On a CPU, flash attention sums in half precision: it moves a perplexity by up to 0.15%, by an amount that
    // depends on the block.
    flashAttention: model.gpuLayers > 0 ? 'auto' : false,
    // Without the whole cache, any eviction on such a model drops everything and evaluates it again.
    swaFullCache: modelClass.kind === 'shift-full-cache',
  });
  const sequence = context.getSequence({ contextShift: { strategy: refuseShift } });
  return {
    capabilities: { policies: policiesFor(modelClass) },
    vocabulary: ggufVocabulary(model),
    decode: (tokens, targets) => decode(sequence, tokens, targets),
    generate: (token, sampling) => generate(sequence, token, sampling),
    erase: ({ from, to }) => sequence.eraseContextTokenRanges([{ start: from, end: to }]),
    clear: () => sequence.clearHistory(),
    dispose: () => context.dispose(),
  };
}

async function createContext(
  model: LlamaModel,
  options: LlamaContextOptions & { readonly contextSize: number },
): Promise<LlamaContext> {
  try {
    return await model.createContext(options);
  } catch (error) {
    const message = `a cache of ${options.contextSize - 1} cells does not fit the free memory`;
    throw new UnspoolError('cache-too-large', message, 'use a smaller --window', 1, { cause: error });
  }
}

/** A sinkless window would silently become `recompute` in the library. */
function policiesFor(modelClass: ModelClass): readonly PolicyKind[] {
  return canShift(modelClass) ? ['sinks', 'recompute', 'dense'] : ['recompute', 'dense'];
}

/** The engine owns capacity: the library's own shift would erase sinks. */
function refuseShift(): never {
  throw new Error('the cache is full: the engine should have made room');
}

async function decode(sequence: LlamaContextSequence, tokens: Int32Array, targets: Int32Array): Promise<Float32Array> {
  const input = Array.from(tokens, (token, index) => {
    const target = targets[index];
    return target === undefined ? (token as Token) : scored(token as Token, target as Token);
  });
  const outputs = await sequence.controlledEvaluate(input);
  return Float32Array.from(targets, (target, index) => {
    const next = outputs[index]?.next;
    const logit = next?.logits?.get(target as Token);
    if (next?.logits === undefined || logit === undefined || next.totalLogitWeight === undefined) {
      throw new Error('llama.cpp returned no score for a token');
    }
    // totalLogitWeight is the sum of exp(logit - maximum); the greedy choice has the maximum.
    return Math.max(...next.logits.values()) + Math.log(next.totalLogitWeight) - logit;
  });
}

/** Asks for what the score of a known next token needs, and no more. */
function scored(token: Token, target: Token): ControlledEvaluateInputItem {
  return [
    token,
    {
      generateNext: {
        logits: { filter: { tokens: [target], includeSelected: true } },
        totalLogitWeight: true,
        options: { temperature: 0 },
      },
    },
  ];
}

async function generate(
  sequence: LlamaContextSequence,
  token: number,
  { temperature, topP, minP, seed }: Sampling,
): Promise<number> {
  const options = {
    temperature,
    topP,
    minP,
    // The library would sample from the 40 likeliest tokens only; 0 stands for all of them.
    topK: 0,
    // llama.cpp takes this one seed (LLAMA_DEFAULT_SEED) as a wish for a random one.
    seed: seed === 0xffffffff ? 0 : seed,
  };
  const outputs = await sequence.controlledEvaluate([[token as Token, { generateNext: { token: true, options } }]]);
  const next = outputs[0]?.next.token;
  if (next === undefined || next === null) throw new Error('llama.cpp returned no token');
  return next;
}
