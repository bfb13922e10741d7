// Checks a model file before llama.cpp loads it, so that a bad file is one clear line and never a native crash.

import { open, stat } from 'node:fs/promises';
import type { GgmlType, GgufFileInfo, GgufInsights, GgufTensorInfo, Llama } from 'node-llama-cpp';
import { architectureFacts, toNumber, type ArchitectureFacts } from './architecture-facts.js';
import { readGgufHeader } from './header.js';
import { UnspoolError, toUnspoolError } from '../../errors.js';
import type { ModelTraits } from '../../engine/models/model-class.js';
import type { ModelShape } from '../../engine/models/model-shape.js';
import { modelShape } from './model-shape.js';

/** What the rest of the program needs to know from a GGUF's metadata. */
export interface GgufFile {
  readonly path: string;
  readonly name: string;
  readonly parameters: number;
  /** In tokens; undefined where the model does not say. */
  readonly trainedContext: number | undefined;
  readonly weightBytes: number;
  /** Of `weightBytes`: what llama.cpp copies into memory of its own on any usual processor; it maps the rest. */
  readonly repackedBytes: number;
  /** On which the GPU can work: those of the model, and its output. */
  readonly layers: number;
  readonly vocabularySize: number;
  /** In Jinja; undefined for a base model. */
  readonly chatTemplate: string | undefined;
  readonly cacheNumbers: ArchitectureFacts['cacheNumbers'];
  readonly headSizes: ArchitectureFacts['headSizes'];
  readonly traits: ModelTraits;
  readonly shape: ModelShape;
}

/** llama.h, enum llama_pooling_type: how the vectors of tokens become one of the text. `rank`: the score of two texts. */
const poolings = ['none', 'mean', 'cls', 'last', 'rank'] as const;

const replaceModel = 'give --model a complete GGUF text model, or leave it out for the bundled one';
export const replaceEmbeddingModel =
  'give --embedding-model a GGUF of an embedding model, such as bge-m3 or nomic-embed-text';
const magic = 'GGUF';
const headerBytes = 24;

/** Checks what needs no library: the file is there, is a GGUF, and its header and tensor table are whole. */
export async function checkGgufHeader(path: string, replace = replaceModel): Promise<void> {
  const header = Buffer.alloc(headerBytes);
  let bytesRead: number;
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new UnspoolError('model-is-directory', `${path}: is a directory`, replace);
    // To open a pipe is to wait for its writer.
    if (!status.isFile()) throw new UnspoolError('model-not-file', `${path}: is no regular file`, replace);
    const file = await open(path, 'r');
    try {
      ({ bytesRead } = await file.read(header, 0, headerBytes, 0));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw openError(path, error, replace);
  }
  if (header.toString('latin1', 0, 4) !== magic) {
    throw new UnspoolError('model-not-gguf', `${path}: is not a GGUF model`, replace);
  }
  if (bytesRead < headerBytes || readGgufHeader(path) === undefined) throw truncated(path, replace);
}

/** Maps a failure to open a model to an error for people. */
export function openError(path: string, error: unknown, replace = replaceModel): UnspoolError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UnspoolError('model-not-found', `${path}: no such model file`, replace);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UnspoolError('model-unreadable', `${path}: permission denied`, `chmod +r ${path}`);
  }
  return toUnspoolError(error);
}

/** A file, and node-llama-cpp's own view of it, which estimates memory. */
export interface InspectedFile {
  readonly file: GgufFile;
  readonly insights: GgufInsights;
}

/** Checks metadata and tensor table; throws an `UnspoolError` for anything that cannot score text. */
export async function readGgufFile(path: string, llama: Llama): Promise<GgufFile> {
  return (await inspectGgufFile(path, llama)).file;
}

/** The same, with what estimates its memory. */
export async function inspectGgufFile(path: string, llama: Llama): Promise<InspectedFile> {
  return inspect(path, llama, replaceModel, ({ encodes }) => {
    if (!encodes) return;
    const message = `${path}: is an embedding or encoder model and cannot predict the next token`;
    throw new UnspoolError('model-embedding', message, replaceModel);
  });
}

/** The same of a model that embeds text; throws an `UnspoolError` for any other. */
export async function inspectEmbeddingFile(path: string, llama: Llama): Promise<InspectedFile> {
  return inspect(path, llama, replaceEmbeddingModel, ({ pooling }) => {
    if (pooling !== 'none' && pooling !== 'rank') return;
    // llama-server refuses such a model, too: a vector for each token is none of the text.
    const what = pooling === 'rank' ? 'is a reranker: it compares texts' : 'is no embedding model: it names no pooling';
    throw new UnspoolError('model-no-embedding', `${path}: ${what}`, replaceEmbeddingModel);
  });
}

/** What a model is for. `encodes`: it does not predict the next token. */
interface Use {
  readonly encodes: boolean;
  readonly pooling: (typeof poolings)[number];
}

async function inspect(
  path: string,
  llama: Llama,
  replace: string,
  checkUse: (use: Use) => void,
): Promise<InspectedFile> {
  const { readGgufFileInfo, GgufInsights, GgmlType } = await import('node-llama-cpp');
  const { size } = await stat(path);
  let info: GgufFileInfo;
  try {
    info = await readGgufFileInfo(path, { sourceType: 'filesystem', logWarnings: false });
  } catch (error) {
    throw truncated(path, replace, error);
  }
  if (Number(info.tensorCount) === 0) {
    throw new UnspoolError('model-vocabulary-only', `${path}: holds a vocabulary only, no weights`, replace);
  }
  const dataOffset = info.infoEndOffset ?? 0;
  if (dataOffset > size) throw truncated(path, replace);

  const facts = architectureFacts((key) => lookup(info.metadata, ...key.split('.')));
  const insights = await GgufInsights.from(info, llama);
  const pooling = poolings[toNumber(lookup(info.metadata, facts.architecture, 'pooling_type'))] ?? 'none';
  checkUse({ encodes: facts.embedding || insights.hasEncoder, pooling });
  if (!insights.isSupportedByLlamaCpp) {
    const message = `${path}: this llama.cpp does not support its architecture, "${facts.architecture}"`;
    throw new UnspoolError('model-unsupported', message, replace);
  }
  const vocabulary: readonly string[] = info.metadata.tokenizer.ggml.tokens;
  if (!facts.plausible || new Set(vocabulary).size < vocabulary.length) throw truncated(path, replace);
  // Padding between tensors is not counted: what this lets through, llama.cpp refuses when it loads the file.
  if (info.splicedParts === 1 && dataOffset + insights.modelSize > size) throw truncated(path, replace);

  const file = {
    path,
    name: info.metadata.general.name ?? facts.architecture,
    parameters: insights.totalParameters,
    trainedContext: insights.trainContextSize,
    weightBytes: insights.modelSize,
    repackedBytes: repackedBytes(info.fullTensorInfo ?? [], [GgmlType.Q4_0, GgmlType.Q4_K, GgmlType.IQ4_NL]),
    layers: insights.totalLayers,
    vocabularySize: vocabulary.length,
    chatTemplate: info.metadata.tokenizer.chat_template,
    cacheNumbers: facts.cacheNumbers,
    headSizes: facts.headSizes,
    traits: {
      recurrent: insights.isRecurrent && !insights.isHybrid,
      hybrid: insights.isHybrid,
      slidingWindow: insights.swaSize !== undefined,
      multimodalRope: facts.multimodalRope,
      latentAttention: facts.latentAttention,
    },
    shape: modelShape((key) => lookup(info.metadata, ...key.split('.')), info.fullTensorInfo ?? [], insights.modelSize),
  };
  return { file, insights };
}

/** Of all three `types`, which ggml's repack.cpp takes wherever there is AVX2 or dotprod. */
const repackedBytesPerNumber = 18 / 32;

/** What llama.cpp rearranges for the processor, which makes a copy: matrices of some types, in rows of eight. */
function repackedBytes(tensors: readonly GgufTensorInfo[], types: readonly GgmlType[]): number {
  return tensors
    .filter(({ name, ggmlType, dimensions: [, rows = 1] }) => {
      return types.includes(ggmlType) && Number(rows) % 8 === 0 && name !== 'token_embd.weight';
    })
    .reduce((sum, { dimensions }) => sum + dimensions.map(Number).reduce((a, b) => a * b, repackedBytesPerNumber), 0);
}

function truncated(path: string, replace: string, cause?: unknown): UnspoolError {
  return new UnspoolError(
    'model-truncated',
    `${path}: is cut short or damaged`,
    `download it again, or ${replace}`,
    1,
    {
      cause,
    },
  );
}

function lookup(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}
