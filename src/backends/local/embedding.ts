// An embedding model in this process, through node-llama-cpp's public API: one text after the other.

import type { LlamaEmbeddingContext, LlamaModel, Token } from 'node-llama-cpp';
import { usualCacheTypes } from '../../engine/models/cache-types.js';
import type { Embeddings, EmbeddingModel } from '../../engine/models/embedding.js';
import { splitInside } from '../../engine/tokens/literal-tokenizer.js';
import type { GpuChoice, LayerChoice } from '../../engine/models/machine.js';
import { UnspoolError } from '../../errors.js';
import { planFit } from '../machine/fit.js';
import { freeMemory } from '../machine/free-memory.js';
import { checkGgufHeader, inspectEmbeddingFile, replaceEmbeddingModel, type GgufFile } from '../gguf/file.js';
import { ggufVocabulary } from '../gguf/vocabulary.js';
import { startLlama } from './llama.js';
import { modelLoadError } from './loaded-model.js';
import { requirements } from './requirements.js';
import { FreeThreads } from '../machine/threads.js';

export interface EmbeddingFile {
  readonly path: string;
  /** Undefined for as many as are free. */
  readonly threads: number | undefined;
  /** Undefined for `auto`. */
  readonly gpu: GpuChoice | undefined;
  readonly gpuLayers: LayerChoice;
}

/** Tokens of a text at most, where the model reads so many: more than a span's bytes, with what stands in front of it. */
const longest = 1024;
/** What the model itself wants around a text. */
const specialTokens = 2;
/** Few at once: a run is interrupted between them. */
const batch = 8;

/** Throws an `UnspoolError` for a file that is no embedding model, and for one that does not fit. */
export async function openEmbeddingFile({ path, threads, gpu, gpuLayers }: EmbeddingFile): Promise<EmbeddingModel> {
  const freeThreads = new FreeThreads();
  await checkGgufHeader(path, replaceEmbeddingModel);
  const started = await startLlama(gpu ?? 'auto');
  const { llama } = started;
  try {
    const { file, insights } = await inspectEmbeddingFile(path, llama);
    const cells = Math.min(longest, file.trainedContext ?? longest);
    // What its layers pool, it has to see at once.
    const size = { cells: cells + 1, batch: cells, types: usualCacheTypes, swaFullCache: false, logitCopies: 0 };
    const layers = started.gpu === undefined ? 0 : file.layers;
    const place = { path, ...size, layers, asked: gpuLayers, free: await freeMemory(llama) };
    const fit = await planFit(place, (count) => requirements(file, insights, size, count));
    const model = await llama
      .loadModel({ modelPath: path, gpuLayers: fit.gpuLayers, ignoreMemorySafetyChecks: true })
      .catch((error: unknown) => {
        throw modelLoadError(file, error);
      });
    const context = await model.createEmbeddingContext({
      // The library wants one cell more than a text.
      contextSize: cells + 1,
      batchSize: cells,
      threads: threads ?? freeThreads.count(llama.cpuMathCores),
      ignoreMemorySafetyChecks: true,
    });
    return embeddingModel(file, model, context, cells);
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

function embeddingModel(
  { path, name }: GgufFile,
  model: LlamaModel,
  context: LlamaEmbeddingContext,
  cells: number,
): EmbeddingModel {
  const { controlLiterals } = ggufVocabulary(model);
  /** Text is data: nothing in it becomes a control token. */
  const tokensOf = (text: string): Token[] =>
    splitInside(text, controlLiterals).flatMap((piece) => model.tokenize(piece, false));
  return {
    ...{ name, path, dimensions: model.embeddingVectorSize, batch },
    async embed(texts, signal) {
      const rows: Float32Array[] = [];
      let cut = 0;
      for (const text of texts) {
        signal.throwIfAborted();
        const tokens = tokensOf(text);
        if (tokens.length > cells - specialTokens) cut += 1;
        const { vector } = await context.getEmbeddingFor(tokens.slice(0, cells - specialTokens));
        rows.push(checked(path, vector));
      }
      return { rows, cut } satisfies Embeddings;
    },
    dispose: () => model.llama.dispose(),
  };
}

/** Weights that overflow make numbers that are none. */
function checked(path: string, vector: readonly number[]): Float32Array {
  if (vector.length > 0 && vector.every(Number.isFinite)) return Float32Array.from(vector);
  throw new UnspoolError('model-broken', `${path}: makes no vector of a text`, replaceEmbeddingModel);
}
