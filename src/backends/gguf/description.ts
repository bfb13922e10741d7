// What a GGUF file is, from its header alone: no library is loaded, so that a list of fifty models comes at once.

import type { ModelDetails, ModelKind } from '../../engine/events/model-events.js';
import { classifyModel, type ModelClass } from '../../engine/models/model-class.js';
import { architectureFacts, type ArchitectureFacts } from './architecture-facts.js';
import { architectureKind } from './architectures.js';
import { isModelFileName, quantizationOf } from './file-names.js';
import { readGgufHeader, type GgufHeader, type MetadataValue } from './header.js';

export type GgufContent =
  | { readonly kind: 'model'; readonly description: GgufDescription; readonly header: GgufHeader }
  /** A GGUF of another kind; `reason` follows its name. */
  | { readonly kind: 'no-model'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly reason: string };

export interface GgufDescription {
  readonly title: string | undefined;
  readonly kind: ModelKind;
  readonly parameters: number;
  /** In tokens; undefined where the model does not say. */
  readonly trainedContext: number | undefined;
  readonly quantization: string | undefined;
  readonly weightBytes: number;
  readonly facts: ArchitectureFacts;
  /** Undefined where llama.cpp's release does not know the architecture. */
  readonly modelClass: ModelClass | undefined;
}

/** Lists that `detailsOf` needs whole. */
const wantedLists: ReadonlySet<string> = new Set(['tokenizer.ggml.tokens']);

/** `files`: the file, or all parts of it in order. `whole`: also what only `detailsOf` needs. */
export function describeGguf(files: readonly string[], whole = false): GgufContent {
  const [first = ''] = files;
  if (!isModelFileName(first)) return { kind: 'no-model', reason: 'is a part of another model' };
  const headers: GgufHeader[] = [];
  for (const file of files) {
    const header = tryToRead(file, whole ? wantedLists : undefined);
    if (typeof header === 'string') return { kind: 'damaged', reason: header };
    headers.push(header);
  }
  const [header] = headers;
  if (header === undefined) return { kind: 'damaged', reason: 'its first part is missing' };
  const reason = otherThanModel(header, headers);
  if (reason !== undefined) return { kind: 'no-model', reason };
  return { kind: 'model', description: describe(header, headers, first), header };
}

function tryToRead(file: string, keep: ReadonlySet<string> | undefined): GgufHeader | string {
  try {
    return readGgufHeader(file, keep) ?? 'cut short, damaged or no GGUF';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : `cannot be read: ${code ?? String(error)}`;
  }
}

function otherThanModel({ metadata }: GgufHeader, headers: readonly GgufHeader[]): string | undefined {
  const type = textOf(metadata.get('general.type')) ?? 'model';
  if (type !== 'model') return `is ${type === 'adapter' ? 'an adapter (LoRA)' : `of type "${type}"`}, no model`;
  if (headers.every(({ tensors }) => tensors === 0)) return 'holds a vocabulary only, no weights';
  const architecture = metadata.get('general.architecture');
  if (typeof architecture === 'string' && architectureKind(architecture) === 'no-text-model')
    return `is of the architecture "${architecture}", no model of text`;
  return undefined;
}

function describe(header: GgufHeader, headers: readonly GgufHeader[], path: string): GgufDescription {
  const { metadata } = header;
  const facts = architectureFacts((key) => plain(metadata.get(key)));
  const { architecture } = facts;
  const trainedContext = numberOf(metadata.get(`${architecture}.context_length`));
  return {
    title: textOf(metadata.get('general.name')),
    kind: kindOf(facts, metadata),
    parameters: headers.reduce((sum, { parameters }) => sum + parameters, 0),
    trainedContext,
    quantization: fileTypes[numberOf(metadata.get('general.file_type')) ?? -1] ?? quantizationOf(path),
    weightBytes: headers.reduce((sum, { weightBytes }) => sum + weightBytes, 0),
    facts,
    modelClass: classOf(facts, slidingWindow(metadata, architecture, trainedContext)),
  };
}

function classOf(facts: ArchitectureFacts, window: number | undefined): ModelClass | undefined {
  const kind = architectureKind(facts.architecture);
  if (kind === 'unknown') return undefined;
  return classifyModel({
    recurrent: kind === 'recurrent',
    hybrid: kind === 'hybrid',
    multimodalRope: facts.multimodalRope,
    latentAttention: facts.latentAttention,
    slidingWindow: window !== undefined,
  });
}

function kindOf({ architecture, embedding }: ArchitectureFacts, metadata: GgufHeader['metadata']): ModelKind {
  if (architecture === 't5' || architecture === 't5encoder') return 'encoder';
  if (embedding) return 'embedding';
  return metadata.has('tokenizer.chat_template') ? 'chat' : 'base';
}

/** A window as long as the context is none. */
function slidingWindow(
  metadata: GgufHeader['metadata'],
  architecture: string,
  trainedContext = Infinity,
): number | undefined {
  const size = numberOf(metadata.get(`${architecture}.attention.sliding_window`)) ?? 0;
  return size > 0 && size < trainedContext ? size : undefined;
}

/** What else a header says; read with `whole`. */
export function detailsOf(
  { metadata }: GgufHeader,
  { facts, trainedContext }: GgufDescription,
): ModelDetails['details'] {
  const { architecture, layers, heads, keyValueHeads, headSize } = facts;
  const text = (key: string): string | null => textOf(metadata.get(key)) ?? null;
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return {
    layers,
    embeddingLength: numberOf(metadata.get(`${architecture}.embedding_length`)) ?? null,
    heads,
    keyValueHeads,
    headSize,
    slidingWindow: slidingWindow(metadata, architecture, trainedContext) ?? null,
    experts: numberOf(metadata.get(`${architecture}.expert_count`)) ?? null,
    vocabulary:
      typeof tokens === 'object' ? tokens.length : (numberOf(metadata.get(`${architecture}.vocab_size`)) ?? null),
    tokenizer: text('tokenizer.ggml.model'),
    preTokenizer: text('tokenizer.ggml.pre'),
    addsBeginning: flagOf(metadata.get('tokenizer.ggml.add_bos_token')),
    addsEnd: flagOf(metadata.get('tokenizer.ggml.add_eos_token')),
    specialTokens: specialTokens(metadata),
    chatTemplate: text('tokenizer.chat_template') !== null,
    licence: text('general.license.name') ?? text('general.license'),
    licenceUrl: text('general.license.link'),
    author: text('general.organization') ?? text('general.author'),
    sourceUrl:
      text('general.source.huggingface.repository') ??
      text('general.source.url') ??
      text('general.repo_url') ??
      text('general.base_model.0.repo_url') ??
      text('general.url'),
  };
}

const specialRoles = ['bos', 'eos', 'eot', 'eom', 'padding', 'unknown', 'seperator', 'mask'] as const;

function specialTokens(metadata: GgufHeader['metadata']): ModelDetails['details']['specialTokens'] {
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const texts = typeof tokens === 'object' ? (tokens.values ?? []) : [];
  return specialRoles.flatMap((role) => {
    const id = numberOf(metadata.get(`tokenizer.ggml.${role}_token_id`));
    if (id === undefined) return [];
    // GGUF writes it so.
    return [{ role: role === 'seperator' ? 'separator' : role, id, text: textOf(texts[id]) ?? null }];
  });
}

/** Lists as arrays, for what reads the library's metadata too. */
function plain(value: MetadataValue | undefined): unknown {
  return typeof value === 'object' ? (value.values ?? []) : value;
}

function textOf(value: MetadataValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: MetadataValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  // One for each layer.
  const first = typeof value === 'object' ? value.values?.[0] : undefined;
  return typeof first === 'number' ? first : undefined;
}

function flagOf(value: MetadataValue | undefined): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** By the number of `general.file_type` (llama.h, enum llama_ftype). */
const fileTypes: readonly (string | undefined)[] = [
  ...['F32', 'F16', 'Q4_0', 'Q4_1', undefined, undefined, undefined, 'Q8_0', 'Q5_0', 'Q5_1', 'Q2_K'],
  ...['Q3_K_S', 'Q3_K_M', 'Q3_K_L', 'Q4_K_S', 'Q4_K_M', 'Q5_K_S', 'Q5_K_M', 'Q6_K', 'IQ2_XXS', 'IQ2_XS'],
  ...['Q2_K_S', 'IQ3_XS', 'IQ3_XXS', 'IQ1_S', 'IQ4_NL', 'IQ3_S', 'IQ3_M', 'IQ2_S', 'IQ2_M', 'IQ4_XS'],
  ...['IQ1_M', 'BF16', undefined, undefined, undefined, 'TQ1_0', 'TQ2_0', 'MXFP4_MOE', 'NVFP4', 'Q1_0', 'Q2_0'],
];
