// Finds spans by what they mean: embeds each once, and then the questions.

import type { EmbeddingModel } from '../../engine/models/embedding.js';
import { UnspoolError } from '../../errors.js';
import { embeddedTextsOf } from './embedded-texts.js';
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

/**
 * Something is always nearest. These tell how near what has nothing to do with a question is to it, whatever the model,
 * the texts and their number are.
 */
const otherQuestions = [
  'How long must the dough rest before it is baked?',
  'Which chess opening did the champion prefer?',
  'At what temperature does ethanol boil?',
  'How many strings does a cello have?',
  'Who designed the stained glass of the chapel?',
  'What is the gear ratio of the bicycle?',
  'When do swallows fly south?',
  'How is the tax on inherited land computed?',
  'Which vaccine is given to puppies first?',
  'Why did the volcano erupt twice?',
  'What colour is the jersey of the goalkeeper?',
  'How do I reset the password of the printer?',
  'Which glaze makes porcelain shine?',
  'How deep is the harbour at low tide?',
  'Who composed the march for the brass band?',
  'What does the moon of Saturn consist of?',
];

/** What was embedded. */
export interface MeaningAccount {
  readonly spans: number;
  /** Of their pieces. */
  readonly vectors: number;
  /** Pieces that were longer than the model reads. */
  readonly cut: number;
  /** On disk. */
  readonly bytes: number;
  /** That the model took. */
  readonly seconds: number;
}

export class Meaning {
  readonly #model: EmbeddingModel;
  readonly #vectors: VectorFile;
  readonly #options: MeaningOptions;
  /** Pieces of spans, each with the place of its span. */
  #waiting: { readonly text: string; readonly span: number }[] = [];
  #spans = 0;
  #embedded = 0;
  #cut = 0;
  #seconds = 0;
  #nearestToOthers: number | undefined;

  /** `vectors`: of the model's dimensions, and empty. */
  constructor(model: EmbeddingModel, vectors: VectorFile, options: MeaningOptions) {
    this.#model = model;
    this.#vectors = vectors;
    this.#options = options;
  }

  /** Spans that were embedded so far, and what it took. */
  get account(): MeaningAccount {
    const { size: vectors, bytes } = this.#vectors;
    return { spans: this.#embedded, vectors, cut: this.#cut, bytes, seconds: this.#seconds };
  }

  /** Takes the text of the next span. Throws an `UnspoolError` where it, or one before it, cannot be embedded. */
  async add(text: string): Promise<void> {
    this.#spans += 1;
    this.#waiting.push(...embeddedTextsOf(text).map((piece) => ({ text: piece, span: this.#spans })));
    while (this.#waiting.length >= this.#model.batch) await this.#take(this.#model.batch);
  }

  /** All spans that were added are embedded then. */
  async complete(): Promise<void> {
    if (this.#waiting.length > 0) await this.#take(this.#waiting.length);
  }

  async #take(count: number): Promise<void> {
    const pieces = this.#waiting.slice(0, count);
    const { rows, cut } = await this.#embed(pieces.map(({ text }) => this.#options.prefixes.passage + text));
    this.#waiting = this.#waiting.slice(count);
    this.#embedded = (this.#waiting[0]?.span ?? this.#spans + 1) - 1;
    this.#cut += cut;
    for (const [at, { span }] of pieces.entries()) {
      const row = rows[at];
      if (row !== undefined) await this.#vectors.add(row, span);
    }
  }

  /** The `most` spans, from 1, that mean most nearly what a question does, the nearest first. */
  async nearest(question: string, most: number): Promise<Neighbour[]> {
    await this.complete();
    const { rows } = await this.#embed([this.#options.prefixes.query + question]);
    return rows[0] === undefined ? [] : this.#vectors.nearest(rows[0], most);
  }

  /** Whether a similarity is more than any span has to any of those other questions. Embeds them the first time. */
  async standsOut(similarity: number): Promise<boolean> {
    if (this.#nearestToOthers === undefined) {
      let most = -1;
      for (let at = 0; at < otherQuestions.length; at += this.#model.batch) {
        const questions = otherQuestions.slice(at, at + this.#model.batch);
        const { rows } = await this.#embed(questions.map((text) => this.#options.prefixes.query + text));
        for (const row of rows) most = Math.max(most, (await this.#vectors.nearest(row, 1))[0]?.similarity ?? -1);
      }
      this.#nearestToOthers = most;
    }
    return similarity > this.#nearestToOthers;
  }

  async #embed(texts: readonly string[]): ReturnType<EmbeddingModel['embed']> {
    const { signal, now } = this.#options;
    const startedAt = now();
    try {
      if (signal.aborted) throw interruptedError();
      return await this.#model.embed(texts, signal);
    } catch (error) {
      throw signal.aborted ? interruptedError() : error;
    } finally {
      this.#seconds += now() - startedAt;
    }
  }
}

function interruptedError(): UnspoolError {
  return new UnspoolError('interrupted', 'interrupted before everything was embedded');
}
