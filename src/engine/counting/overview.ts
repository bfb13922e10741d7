// What a document is, in numbers: what `wc` counts, tokens, and what they fit in and cost.

import type { TextChunk } from '../document.js';
import type { Amount, Count } from '../events/numbers.js';
import { priceDate, prices, type EncodingName } from './encodings.js';
import type { TextCounts } from './text-counter.js';

/** Common context sizes, in tokens: powers of two. */
export const contextSizes: readonly number[] = Array.from({ length: 12 }, (_, power) => 512 * 2 ** power);

/** How much of a context a text takes. */
export interface ContextUse {
  /** The smallest common one that holds it, in tokens; null where the largest, 1048576, is too small. */
  readonly size: Count | null;
  /** Of that context, or of the largest. */
  readonly share: Amount;
}

export interface Cost {
  readonly model: string;
  /** For the document as input. */
  readonly dollars: Amount;
  readonly dollarsPerMillionTokens: Amount;
  /** Year and month of OpenAI's price list. */
  readonly priceDate: string;
}

/** Tokens by an encoding of OpenAI's: for any other model an estimate. */
export interface EncodingCount {
  readonly kind: 'encoding';
  readonly tokenizer: EncodingName;
  readonly tokens: Count;
  readonly context: ContextUse;
  /** As input of some models that use the encoding; empty where no price is known. */
  readonly costs: readonly Cost[];
}

/** Tokens by a model's own tokenizer. */
export interface ModelCount {
  readonly kind: 'model';
  /** The model's name. */
  readonly tokenizer: string;
  readonly tokens: Count;
  readonly context: ContextUse;
  /** Of an F16 key/value cache that holds the whole document, and the beginning token if the model adds one. */
  readonly cacheBytes: Amount;
  /** In tokens; null where the model does not say. */
  readonly trainedContext: Count | null;
  readonly fitsTrainedContext: boolean | null;
}

export type TokenCount = EncodingCount | ModelCount;

/** Counts of a document or of several. */
export interface DocumentCounts {
  /** Source bytes, after decompression. */
  readonly bytes: Count;
  /** Line feeds, and an unfinished last line. */
  readonly lines: Count;
  /** Runs of characters that are no white space. */
  readonly words: Count;
  /** Code points of the clean text. */
  readonly characters: Count;
  /** Source bytes that were no valid text and became U+FFFD. */
  readonly invalidBytes: Count;
  /** Control characters and characters of terminal escapes, which are no part of the clean text. */
  readonly controlCharacters: Count;
  /** By tokenizer, in the order asked for; the model's own comes last. */
  readonly tokens: readonly TokenCount[];
}

/** What a model needs to hold a text. */
export interface ModelLimits {
  readonly name: string;
  readonly trainedContext: number | undefined;
  readonly cacheBytesPerToken: number;
  readonly hasBeginning: boolean;
}

export function contextUse(tokens: number): ContextUse {
  const size = contextSizes.find((each) => tokens <= each) ?? null;
  return { size, share: tokens / (size ?? contextSizes.at(-1) ?? 1) };
}

export function encodingCount(tokenizer: EncodingName, tokens: number): EncodingCount {
  const costs = prices[tokenizer].map(({ model, dollarsPerMillionTokens }) => ({
    model,
    dollars: (tokens / 1e6) * dollarsPerMillionTokens,
    dollarsPerMillionTokens,
    priceDate,
  }));
  return { kind: 'encoding', tokenizer, tokens, context: contextUse(tokens), costs };
}

export function modelCount(model: ModelLimits, tokens: number): ModelCount {
  const cells = tokens + (model.hasBeginning ? 1 : 0);
  const { name, trainedContext = null, cacheBytesPerToken } = model;
  return {
    kind: 'model',
    tokenizer: name,
    tokens,
    context: contextUse(cells),
    cacheBytes: cells * cacheBytesPerToken,
    trainedContext,
    fitsTrainedContext: trainedContext === null ? null : cells <= trainedContext,
  };
}

/** Counts of several documents, counted by the same tokenizers, as if they were one. */
export function totalOf(all: readonly DocumentCounts[]): DocumentCounts {
  const sum = (of: (counts: DocumentCounts) => number): number => all.reduce((total, counts) => total + of(counts), 0);
  return {
    bytes: sum(({ bytes }) => bytes),
    lines: sum(({ lines }) => lines),
    words: sum(({ words }) => words),
    characters: sum(({ characters }) => characters),
    invalidBytes: sum(({ invalidBytes }) => invalidBytes),
    controlCharacters: sum(({ controlCharacters }) => controlCharacters),
    tokens: (all[0]?.tokens ?? []).map((first, index) => {
      const tokens = sum((counts) => counts.tokens[index]?.tokens ?? 0);
      if (first.kind === 'encoding') return encodingCount(first.tokenizer, tokens);
      const cacheBytes = sum(({ tokens: counts }) => {
        const count = counts[index];
        return count?.kind === 'model' ? count.cacheBytes : 0;
      });
      const fitsTrainedContext = first.trainedContext === null ? null : tokens <= first.trainedContext;
      return { ...first, tokens, context: contextUse(tokens), cacheBytes, fitsTrainedContext };
    }),
  };
}

/** Adds up a document while it is read and counted. */
export class DocumentTally {
  readonly #encodings: readonly EncodingName[];
  readonly #model: ModelLimits | undefined;
  readonly #tokens: number[];
  #modelTokens = 0;
  #words = 0;
  #characters = 0;
  #bytes = 0;
  #invalidBytes = 0;
  #controlCharacters = 0;
  /** The last chunk with text. */
  #last: TextChunk | undefined;

  /** `model`: where its own tokenizer counts too. */
  constructor(encodings: readonly EncodingName[], model: ModelLimits | undefined) {
    this.#encodings = encodings;
    this.#model = model;
    this.#tokens = encodings.map(() => 0);
  }

  /** Notes what was read, counted or not. */
  read(chunk: TextChunk): void {
    this.#bytes = chunk.endByte;
    this.#invalidBytes += chunk.invalidBytes;
    this.#controlCharacters += chunk.controlCharacters;
    if (chunk.text !== '') this.#last = chunk;
  }

  add({ words, characters, tokens }: TextCounts): void {
    this.#words += words;
    this.#characters += characters;
    for (const [index, count] of tokens.entries()) this.#tokens[index] = (this.#tokens[index] ?? 0) + count;
  }

  addModelTokens(tokens: number): void {
    this.#modelTokens += tokens;
  }

  counts(): DocumentCounts {
    const tokens = this.#encodings.map((name, index) => encodingCount(name, this.#tokens[index] ?? 0));
    return {
      bytes: this.#bytes,
      lines: this.#last === undefined ? 0 : linesUpTo(this.#last),
      words: this.#words,
      characters: this.#characters,
      invalidBytes: this.#invalidBytes,
      controlCharacters: this.#controlCharacters,
      tokens: this.#model === undefined ? tokens : [...tokens, modelCount(this.#model, this.#modelTokens)],
    };
  }
}

/** Lines begun. */
function linesUpTo({ line, text }: TextChunk): number {
  return line + text.split('\n').length - (text.endsWith('\n') ? 2 : 1);
}
