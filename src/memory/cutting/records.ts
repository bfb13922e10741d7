// Cuts streamed text into the records of a log, and lets a task decide record by record what the model reads.

import type { TextChunk } from '../../engine/document.js';
import { isBlank } from '../logs/characters.js';
import { recordOf, type LogRecord } from '../logs/log-record.js';
import { HeadReader, headless, sortOf, type RecordHead } from '../logs/record-head.js';
import { RecordJoiner } from '../logs/record-joiner.js';
import { headLength } from './lines.js';
import { lineOf, PlacedChunk, type HeldLine, type Piece } from './pieces.js';

export type { LogRecord } from '../logs/log-record.js';

/** A record that goes on is decided once it has so many lines or characters; what follows is left out. */
const [mostLines, mostCharacters] = [64, 16_384];

export interface RecordFilter {
  /** Called once a record, in order, when it is over, or too long, or the source pauses. False: the model does not read it. */
  accept(record: LogRecord): boolean;
  /** Called after an accepted record, with the UTF-8 bytes of clean text passed on up to its end. */
  close(textBytes: number): void;
  /** So many lines are not passed on; 0 for the rest of a line that is longer than the model reads. */
  leaveOut(lines: number): void;
}

/** Passes on the records that the filter accepts, as chunks that keep their place in the source. Holds one at most. */
export async function* filterRecords(
  chunks: AsyncIterable<TextChunk>,
  filter: RecordFilter,
  sample = '',
): AsyncGenerator<TextChunk> {
  const records = new RecordCutter(filter, sample);
  for await (const chunk of chunks) yield* records.push(chunk);
  yield* records.end();
}

const nothing: readonly TextChunk[] = [];

class RecordCutter {
  readonly #filter: RecordFilter;
  readonly #heads = new HeadReader();
  readonly #joiner = new RecordJoiner();
  /** Lines of the open record, until it is decided. */
  #held: HeldLine[] = [];
  #heldLength = 0;
  #head: RecordHead = headless;
  /** Pieces of a line of which neither the end nor enough is known. */
  #pending: Piece[] = [];
  #pendingLength = 0;
  /** A line that is longer than what is kept of it, until its end comes. */
  #long: HeldLine | undefined;
  /** Whether that line was passed on, and its line feed will be. */
  #awaitsFeed = false;
  #textBytes = 0;
  #endsLine = true;
  /** Counts of chunks none of which was passed on. */
  #invalidBytes = 0;
  #controlCharacters = 0;
  #last: TextChunk | undefined;
  #lastLine = 1;
  /** Whether the last line has no line feed yet. */
  #isOpen = false;

  /** Learns from a sample of the text whether its records start with heads. */
  constructor(filter: RecordFilter, sample: string) {
    this.#filter = filter;
    for (const line of sample.split('\n')) this.#joiner.continues(line, this.#heads.read(line));
    this.#joiner.forget();
  }

  *push(chunk: TextChunk): Generator<TextChunk> {
    this.#invalidBytes += chunk.invalidBytes;
    this.#controlCharacters += chunk.controlCharacters;
    this.#last = chunk;
    const { text } = chunk;
    if (text === '') {
      this.#lastLine = chunk.line;
      if (chunk.pause !== true) return;
      if (this.#held.length > 0) yield* this.#decide();
      yield this.#passed(chunk);
      return;
    }
    const placed = new PlacedChunk(chunk);
    let { line } = chunk;
    for (let at = 0; at < text.length;) {
      const feed = text.indexOf('\n', at);
      const to = feed === -1 ? text.length : feed + 1;
      const first = { chunk: placed, from: at, to, line };
      if (this.#long !== undefined) yield* this.#goOn(this.#long, to - at, feed === -1 ? undefined : first);
      else if (feed !== -1 && this.#pendingLength === 0 && to - at <= headLength) {
        const held = { text: text.slice(at, feed), first, more: undefined, isCut: false, feed: undefined };
        const passed = this.#line(held);
        if (passed !== nothing) yield* passed;
      } else yield* this.#pend(first, feed !== -1);
      at = to;
      if (feed !== -1) line += 1;
    }
    this.#lastLine = line;
    this.#isOpen = !text.endsWith('\n');
  }

  /** The source is over: its last line may lack a line feed. */
  *end(): Generator<TextChunk> {
    if (this.#pendingLength > 0) yield* this.#takePending(false);
    if (this.#held.length > 0) yield* this.#decide();
    if (this.#awaitsFeed) this.#filter.close(this.#textBytes);
    const last = this.#last;
    if (last === undefined) return;
    // A line that was left out is over, also without a line feed.
    const line = this.#lastLine + (this.#isOpen && this.#endsLine ? 1 : 0);
    yield this.#passed({ ...last, text: '', byte: last.endByte, line });
  }

  /** A piece of a line of which neither the end nor enough was known. */
  *#pend(piece: Piece, ends: boolean): Generator<TextChunk> {
    this.#pending.push(piece);
    this.#pendingLength += piece.to - piece.from;
    if (ends || this.#pendingLength >= headLength) yield* this.#takePending(ends);
  }

  *#takePending(isOver: boolean): Generator<TextChunk> {
    const pieces = this.#pending;
    this.#pending = [];
    this.#pendingLength = 0;
    const { line, left } = lineOf(pieces, isOver);
    if (line.isCut) this.#long = line;
    yield* this.#line(line);
    if (line.isCut) yield* this.#goOn(line, left, isOver ? pieces.at(-1) : undefined);
  }

  /** More of a line than is kept: so many code units. `last`: what ends with the line's feed. */
  *#goOn(line: HeldLine, length: number, last: Piece | undefined): Generator<TextChunk> {
    if (last !== undefined) {
      this.#long = undefined;
      line.feed = { ...last, from: last.to - 1 };
    }
    if (this.#held.at(-1) === line) {
      this.#heldLength += length;
      if (this.#heldLength >= mostCharacters) yield* this.#decide();
    } else if (line.feed !== undefined && this.#awaitsFeed) {
      this.#awaitsFeed = false;
      yield this.#rest(line.feed);
      this.#filter.close(this.#textBytes);
    }
  }

  /** Takes a line, or as much of one as is kept. Returns what it lets pass of the record before, or of its own. */
  #line(line: HeldLine): Iterable<TextChunk> {
    const { text } = line;
    const head = isBlank(text.charCodeAt(0)) ? headless : this.#heads.read(text);
    if (!this.#joiner.continues(text, head)) {
      const passed = this.#held.length > 0 ? this.#decide() : nothing;
      this.#head = head === headless ? this.#heads.read(text) : head;
      this.#held = [line];
      this.#heldLength = text.length + 1;
      return passed;
    }
    if (this.#held.length === 0) {
      this.#filter.leaveOut(1);
      return nothing;
    }
    if (this.#held.length === 1 && this.#head.level === undefined && head.own) {
      const { level } = head;
      this.#head = { ...this.#head, level, sort: sortOf(level, this.#head.source) };
    }
    this.#held.push(line);
    this.#heldLength += text.length + 1;
    return this.#held.length >= mostLines || this.#heldLength >= mostCharacters ? this.#decide() : nothing;
  }

  /** Returns what passes of the record that is held. */
  #decide(): Iterable<TextChunk> {
    const held = this.#held;
    this.#held = [];
    this.#heldLength = 0;
    const passed = passedLines(held);
    const range = [held[0]?.first.line ?? 1, held.at(-1)?.first.line ?? 1] as const;
    const texts = held.map(({ text }) => text);
    if (this.#filter.accept(recordOf(texts, passed, range, this.#head))) return this.#pass(held, passed);
    this.#filter.leaveOut(held.length);
    return nothing;
  }

  *#pass(held: readonly HeldLine[], count: number): Generator<TextChunk> {
    for (const { first, more, isCut, feed } of held.slice(0, count)) {
      yield this.#passed(first.chunk.cut(first));
      for (const piece of more ?? []) yield this.#passed(piece.chunk.cut(piece));
      if (feed !== undefined) yield this.#rest(feed);
      this.#awaitsFeed = isCut && feed === undefined;
    }
    if (count < held.length) this.#filter.leaveOut(held.length - count);
    if (!this.#awaitsFeed) this.#filter.close(this.#textBytes);
  }

  /** The line feed of a line of which only the first part was passed on. */
  #rest(feed: Piece): TextChunk {
    this.#filter.leaveOut(0);
    return this.#passed(feed.chunk.cut(feed));
  }

  #passed(chunk: TextChunk): TextChunk {
    const { text } = chunk;
    this.#textBytes += Buffer.byteLength(text);
    if (text !== '') this.#endsLine = text.endsWith('\n');
    const [invalidBytes, controlCharacters] = [this.#invalidBytes, this.#controlCharacters];
    this.#invalidBytes = 0;
    this.#controlCharacters = 0;
    return { ...chunk, invalidBytes, controlCharacters };
  }
}

/** How many of a record's lines the model may read: the first, and those that fit. */
function passedLines(held: readonly HeldLine[]): number {
  let length = 0;
  for (const [index, { text }] of held.entries()) {
    length += text.length + 1;
    if (index > 0 && length > headLength) return index;
  }
  return held.length;
}
