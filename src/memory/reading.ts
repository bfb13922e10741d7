// A document as it is read for its telling parts: a log line by line, prose by some sentences at a time.

import type { Document, TextChunk } from '../engine/document.js';
import type { SkippedText } from '../engine/observer.js';
import type { Position } from '../engine/tokens/token-stream.js';
import { SkippedLines } from './cutting/gaps.js';
import { filterLines } from './cutting/lines.js';
import { filterRecords, type LogRecord } from './cutting/records.js';
import { looksLikeLog } from './logs/log-detection.js';
import { SpanScores, type ScoredSpan, type Span, type SpanState } from './cutting/span-scores.js';
import { SentenceCutter } from './cutting/sentences.js';
import { decodes, isPowerOfTwo } from './logs/due.js';
import { HeadReader } from './logs/record-head.js';
import { RecordTimes } from './logs/record-times.js';
import type { RecordWatch } from './logs/record-watch.js';
import { TemplateMiner, type Template } from './logs/templates.js';

export type Kind = 'log' | 'prose';

export interface ReadSpan extends Span {
  /** Of a log's record. */
  readonly template: Template | undefined;
  /** Of prose; see `ProseSpan`. */
  readonly section?: string | null;
  readonly isProse?: boolean;
}

export interface ReadingOptions {
  /** Undefined: decided from the first text. */
  readonly as: Kind | undefined;
  /** Whether the model also reads the records whose template it knows. */
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

  skippedTo(position: Position): SkippedText | undefined {
    return this.#kind === 'log' ? this.#gaps.upTo(position.bytes) : undefined;
  }

  /** See `Observer`. By templates: their lines go on at the rate so far, and new ones appear ever more rarely. */
  growth(share: number): number | undefined {
    if (this.#kind !== 'log' || this.#options.all) return undefined;
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
    if (this.#kind === 'log') yield* this.#records(all, sample);
    else if (this.#options.byLine) yield* this.#lines(all);
    else yield* this.#sentences(all);
  }

  async *#records(chunks: AsyncIterable<TextChunk>, sample: string): AsyncGenerator<TextChunk> {
    const { watch, all } = this.#options;
    watch?.begin?.(haveTimes(sample));
    const times = new RecordTimes();
    let open: ReadSpan | undefined;
    const filter = {
      accept: ({ text, lines, identity, head }: LogRecord): boolean => {
        const template = this.miner.add(identity, head.sort);
        const isDue = all || isPowerOfTwo(template.lines);
        const isWanted = watch?.see({ text, lines, head, time: times.of(head), template, isDue }) === true;
        if (!isDue && !isWanted) return false;
        open = { text, lines, template };
        return true;
      },
      close: (textBytes: number): void => {
        if (open !== undefined) this.#scores.add(open, textBytes);
      },
      leaveOut: (lines: number): void => {
        this.#gaps.leaveOut(lines);
      },
    };
    for await (const chunk of filterRecords(pacedBy(chunks, watch), filter, sample)) {
      this.#gaps.goOn(chunk);
      // What an earlier run scored is not kept until it is scored.
      this.#gaps.upTo(Math.min(chunk.byte, this.#bytes));
      yield chunk;
    }
  }

  async *#lines(chunks: AsyncIterable<TextChunk>): AsyncGenerator<TextChunk> {
    let open: Span | undefined;
    yield* filterLines(chunks, {
      accept: ({ text, line }) => {
        open = { text, lines: [line, line] };
        return true;
      },
      close: (textBytes) => {
        if (open !== undefined) this.#scores.add({ ...open, template: undefined }, textBytes);
      },
    });
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

/** Whether most lines of a log tell their time. */
function haveTimes(sample: string): boolean {
  const heads = new HeadReader();
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  return lines.filter((line) => heads.read(line).time !== undefined).length >= lines.length / 2;
}

/** With pauses wherever the watch has so much to tell that the model should not be waited for. */
async function* pacedBy(chunks: AsyncIterable<TextChunk>, watch: RecordWatch | undefined): AsyncGenerator<TextChunk> {
  for await (const chunk of chunks) {
    yield chunk;
    if (watch?.isFull !== true) continue;
    const { text, line, encoding, endByte } = chunk;
    const lines = text.split('\n').length - 1;
    const nothing = { text: '', byte: endByte, endByte, line: line + lines, invalidBytes: 0, controlCharacters: 0 };
    yield { ...nothing, encoding, pause: true };
  }
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
