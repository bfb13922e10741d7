// A document as it is read for its telling parts: a log line by line, prose by some sentences at a time.

import type { Document, TextChunk } from '../engine/document.js';
import type { SkippedText } from '../engine/observer.js';
import type { Position } from '../engine/tokens/token-stream.js';
import { SkippedLines } from './cutting/gaps.js';
import { filterLines, type LineHead } from './cutting/lines.js';
import { looksLikeLog } from './logs/log-detection.js';
import { SpanScores, type ScoredSpan, type Span, type SpanState } from './cutting/span-scores.js';
import { SentenceCutter } from './cutting/sentences.js';
import { decodes, isPowerOfTwo } from './logs/due.js';
import { readHead } from './logs/record-head.js';
import type { RecordWatch } from './logs/record-watch.js';
import { RecordTimes } from './logs/record-times.js';
import { TemplateMiner, type Template } from './logs/templates.js';

export type Kind = 'log' | 'prose';

export interface ReadSpan extends Span {
  /** Of a log's line. */
  readonly template: Template | undefined;
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
  /** Sees the records of a log. */
  readonly watch?: RecordWatch | undefined;
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
    this.miner = options.miner ?? logMiner();
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
    if (this.#kind === 'log') this.#options.watch?.begin?.(haveTimes(sample));
    if (this.#kind === 'log' || this.#options.byLine) yield* this.#lines(all);
    else yield* this.#sentences(all);
  }

  async *#lines(chunks: AsyncIterable<TextChunk>): AsyncGenerator<TextChunk> {
    const isLog = this.#kind === 'log';
    const { watch, all } = this.#options;
    const times = new RecordTimes();
    let open: ReadSpan | undefined;
    const filter = {
      accept: ({ text, line }: LineHead): boolean => {
        open = { text, lines: [line, line], template: undefined };
        if (!isLog) return true;
        const template = this.miner.add(text);
        const isDue = all || isPowerOfTwo(template.lines);
        const record = { text, lines: [line, line], time: times.of(readHead(text)), template, isDue } as const;
        const isWanted = watch?.see(record) === true;
        open = { text, lines: [line, line], template };
        if (isDue || isWanted) return true;
        this.#gaps.leaveOut();
        return false;
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
      this.#scores.add({ ...span, template: undefined }, textBytes);
    });
    for await (const chunk of chunks) {
      cutter.push(chunk);
      yield chunk;
    }
    cutter.end();
  }
}

/** A miner of records, which knows where their messages start. */
export function logMiner(): TemplateMiner {
  return new TemplateMiner({ messageStart: (text) => readHead(text).message });
}

/** Whether most records of a log tell their time. */
function haveTimes(sample: string): boolean {
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  return lines.filter((line) => readHead(line).time !== undefined).length >= lines.length / 2;
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
