// Finds spans by what they mean: embeds each once, and then the questions.

import type { EmbeddingModel } from '../engine/embedding.js';
import { UnspoolError } from '../errors.js';
import type { Neighbour, VectorFile } from './vector-file.js';

/** What some models want in front of a text, to know what it is for. */
export interface Prefixes {
  readonly query: string;
  readonly passage: string;
}

export interface MeaningOptions {
  readonly prefixes: Prefixes;
  readonly signal: AbortSignal;
  /** Seconds on the clock of the run. */
  readonly now: () => number;
}

export class Meaning {
  readonly #model: EmbeddingModel;
  readonly #vectors: VectorFile;
  readonly #options: MeaningOptions;
  #waiting: string[] = [];
  #cut = 0;
  #seconds = 0;

  /** `vectors`: of the model's dimensions, and empty. */
  constructor(model: EmbeddingModel, vectors: VectorFile, options: MeaningOptions) {
    this.#model = model;
    this.#vectors = vectors;
    this.#options = options;
  }

  /** Texts that were embedded so far, and what it took. `cut`: those that were longer than the model reads. */
  get account(): { readonly spans: number; readonly cut: number; readonly bytes: number; readonly seconds: number } {
    return { spans: this.#vectors.size, cut: this.#cut, bytes: this.#vectors.bytes, seconds: this.#seconds };
  }

  /** Takes the text of the next span. Throws an `UnspoolError` where it, or one before it, cannot be embedded. */
  async add(text: string): Promise<void> {
    this.#waiting.push(text);
    if (this.#waiting.length >= this.#model.batch) await this.complete();
  }

  /** All texts that were added are embedded then. */
  async complete(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const { rows, cut } = await this.#embed(this.#waiting.map((text) => this.#options.prefixes.passage + text));
    this.#cut += cut;
    this.#waiting = [];
    for (const row of rows) await this.#vectors.add(row);
  }

  /** The `most` spans that mean most nearly what a question does, the nearest first. */
  async nearest(question: string, most: number): Promise<Neighbour[]> {
    await this.complete();
    const { rows } = await this.#embed([this.#options.prefixes.query + question]);
    return rows[0] === undefined ? [] : this.#vectors.nearest(rows[0], most);
  }

  async #embed(texts: readonly string[]): ReturnType<EmbeddingModel['embed']> {
    const { signal, now } = this.#options;
    const startedAt = now();
    try {
      if (signal.aborted) throw interrupted();
      return await this.#model.embed(texts, signal);
    } catch (error) {
      throw signal.aborted ? interrupted() : error;
    } finally {
      this.#seconds += now() - startedAt;
    }
  }
}

function interrupted(): UnspoolError {
  return new UnspoolError('interrupted', 'interrupted before everything was embedded');
}
