// A document as it is read for its telling parts: a log line by line, prose by some sentences at a time.

import type { Document, TextChunk } from '../engine/document.js';
import type { SkippedText } from '../engine/observer.js';
import type { Position } from '../engine/tokens/token-stream.js';
import { SkippedLines } from './cutting/gaps.js';
import { filterLines, type LineHead } from './cutting/lines.js';
import { looksLikeLog } from './logs/log-detection.js';
import { SpanScores, type ScoredSpan, type Span, type SpanState } from './cutting/span-scores.js';
import { SentenceCutter } from './cutting/sentences.js';
import { templateNats } from './logs/line-scores.js';
import { TemplateMiner, type Template } from './logs/templates.js';

export type Kind = 'log' | 'prose';

export interface ReadSpan extends Span {
  /** Of a log's line. */
  readonly template: Template | undefined;
  /** Whether it is the first line of its template. */
  readonly isFirst: boolean;
  /** How unusual the template was when the line came, in nats. */
  readonly templateNats: number;
  /** Of prose; see `ProseSpan`. */
  readonly section?: string | null;
  readonly isProse?: boolean;
}

export interface ReadingOptions {
  /** Undefined: decided from the first text. */
  readonly as: Kind | undefined;
  /** Whether the model also reads the lines whose template it knows. */
  readonly all: boolean;
  /** Whether prose is cut into lines too. */
  readonly byLine: boolean;
  /** May know the templates of other documents. */
  readonly miner?: TemplateMiner | undefined;
  /** What an earlier run knew of the document, which is read again from its start. */
  readonly known?: ReadingState | undefined;
}

/** A reading as data. Whatever follows from the text alone is not in it. */
export interface ReadingState {
  readonly kind: Kind | undefined;
  readonly spans: SpanState;
  /** Source bytes up to the last scored token. */
  readonly bytes: number;
}

/** So much text decides whether a document is a log. */
const sampleLength = 64 * 1024;

export class Reading {
  readonly document: Document;
  readonly miner: TemplateMiner;
  readonly #options: ReadingOptions;
  readonly #scores: SpanScores<ReadSpan>;
  #kind: Kind | undefined;
  readonly #gaps = new SkippedLines();
  #bytes: number;

  constructor(document: Document, options: ReadingOptions) {
    this.#options = options;
    this.miner = options.miner ?? new TemplateMiner();
    this.#scores = new SpanScores(options.known?.spans);
    this.#bytes = options.known?.bytes ?? 0;
    const chunks = (): AsyncIterable<TextChunk> => this.#chunks(document);
    this.document = {
      name: document.name,
      get progress() {
        return document.progress;
      },
      chunks,
    };
  }

  /** Undefined until the first text is there. */
  get kind(): Kind | undefined {
    return this.#kind;
  }

  get #skips(): boolean {
    return this.#kind === 'log' && !this.#options.all;
  }

  skippedTo(position: Position): SkippedText | undefined {
    return this.#skips ? this.#gaps.upTo(position.bytes) : undefined;
  }

  /** See `Observer`. By templates: their lines go on at the rate so far, and new ones appear ever more rarely. */
  growth(share: number): number | undefined {
    if (!this.#skips) return undefined;
    let [now, end, once] = [0, 0, 0];
    for (const { lines } of this.miner.values()) {
      now += decodes(lines);
      end += decodes(lines / share);
      if (lines === 1) once += 1;
    }
    // In Fisher's log-series (1943), the number of kinds grows by those seen once for each time the text grows e-fold.
    const fresh = once * Math.log(1 / share);
    return now === 0 ? 1 / share : (end + fresh) / now;
  }

  /** Returns the spans that these scores complete. */
  observe(scores: Float32Array, ends: readonly Position[]): ScoredSpan<ReadSpan>[] {
    this.#bytes = ends.at(-1)?.bytes ?? this.#bytes;
    this.#gaps.upTo(this.#bytes);
    return this.#scores.observe(scores, ends);
  }

  state(): ReadingState {
    return { kind: this.#kind, spans: this.#scores.state(), bytes: this.#bytes };
  }

  /** The spans that were only scored in part, because the run ended in their middle. */
  finish(): ScoredSpan<ReadSpan>[] {
    return this.#scores.finish();
  }

  async *#chunks(document: Document): AsyncGenerator<TextChunk> {
    const { sample, all } = await withSample(document.chunks());
    this.#kind = this.#options.known?.kind ?? this.#options.as ?? (looksLikeLog(sample) ? 'log' : 'prose');
    if (this.#kind === 'log' || this.#options.byLine) yield* this.#lines(all);
    else yield* this.#sentences(all);
  }

  async *#lines(chunks: AsyncIterable<TextChunk>): AsyncGenerator<TextChunk> {
    const isLog = this.#kind === 'log';
    let open: ReadSpan | undefined;
    const filter = {
      accept: ({ text, line }: LineHead): boolean => {
        const template = isLog ? this.miner.add(text) : undefined;
        const unusual = template === undefined ? 0 : templateNats(template.lines, this.miner.lines);
        if (template !== undefined && !this.#options.all && !isDue(template.lines)) {
          this.#gaps.leaveOut();
          return false;
        }
        open = { text, lines: [line, line], template, isFirst: template?.lines === 1, templateNats: unusual };
        return true;
      },
      close: (textBytes: number): void => {
        if (open !== undefined) this.#scores.add(open, textBytes);
      },
    };
    for await (const chunk of filterLines(chunks, filter)) {
      this.#gaps.goOn(chunk);
      // What an earlier run scored is not kept until it is scored.
      this.#gaps.upTo(Math.min(chunk.byte, this.#bytes));
      yield chunk;
    }
  }

  async *#sentences(chunks: AsyncIterable<TextChunk>): AsyncGenerator<TextChunk> {
    const cutter = new SentenceCutter((span, textBytes) => {
      this.#scores.add({ ...span, template: undefined, isFirst: false, templateNats: 0 }, textBytes);
    });
    for await (const chunk of chunks) {
      cutter.push(chunk);
      yield chunk;
    }
    cutter.end();
  }
}

/**
 * Whether the line with which a template reaches `lines` lines is decoded: the 1st, 2nd, 4th, 8th ... A template is
 * seen more often while it is young, and a log of any length takes only some decodes for each template.
 */
function isDue(lines: number): boolean {
  return Math.log2(lines) % 1 === 0;
}

/** Lines that are decoded of a template's first `lines`. */
function decodes(lines: number): number {
  return Math.floor(Math.log2(lines)) + 1;
}

/** The first text, and then all of it. A pause of the source ends the sample. */
export async function withSample(
  chunks: AsyncIterable<TextChunk>,
): Promise<{ readonly sample: string; readonly all: AsyncIterable<TextChunk> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: TextChunk[] = [];
  let sample = '';
  let failure: { readonly error: unknown } | undefined;
  try {
    while (sample.length < sampleLength) {
      const next = await iterator.next();
      if (next.done === true) break;
      first.push(next.value);
      sample += next.value.text;
      if (next.value.pause === true && sample !== '') break;
    }
  } catch (error) {
    failure = { error };
  }
  async function* all(): AsyncGenerator<TextChunk> {
    try {
      yield* first;
      if (failure !== undefined) throw failure.error;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { sample, all: all() };
}
