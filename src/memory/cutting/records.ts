// Cuts streamed text into the records of a log, and lets a task decide record by record what the model reads.

import { sourceBytes, type TextChunk } from '../../engine/document.js';
import type { LineRange } from '../../engine/events/events.js';
import { isBlank } from '../logs/characters.js';
import { HeadReader, messageOf, sortOf, type RecordHead } from '../logs/record-head.js';
import { RecordJoiner } from '../logs/record-joiner.js';
import { tellingLine } from '../logs/trace-lines.js';
import { headLength } from './lines.js';

/** A record that goes on is decided once it has so many lines or characters; what follows is left out. */
const [mostLines, mostCharacters] = [64, 16_384];
/** Of a record without a message in its first line, so much of the others stands for it. */
const longestIdentity = 1024;

export interface LogRecord {
  /** Its lines, without the last line feed, as far as the model may read them: at most 4,096 characters. */
  readonly text: string;
  readonly lines: LineRange;
  readonly head: RecordHead;
  /**
   * What it says, to find its template by, together with `head.sort`: the message without prefix, time, level and
   * source; of JSON, message and error; of a trace, the line that says what went wrong too.
   */
  readonly identity: string;
  /** The line of a trace that says what went wrong. */
  readonly telling: string | undefined;
}

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

/** Part of a chunk, in UTF-16 code units. */
interface Piece {
  readonly chunk: PlacedChunk;
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

interface HeldLine {
  /** Without its line feed. */
  readonly text: string;
  readonly pieces: Piece[];
  /** Whether more of it came than is kept. */
  isCut: boolean;
  isOver: boolean;
}

class RecordCutter {
  readonly #filter: RecordFilter;
  readonly #heads = new HeadReader();
  readonly #joiner = new RecordJoiner();
  /** Lines of the open record, until it is decided. */
  #held: HeldLine[] = [];
  #heldLength = 0;
  #head: RecordHead | undefined;
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
      const piece = { chunk: placed, from: at, to, line };
      if (this.#long !== undefined) yield* this.#goOn(this.#long, piece, feed !== -1);
      else if (feed !== -1 && this.#pendingLength === 0 && to - at <= headLength) {
        yield* this.#line({ text: text.slice(at, feed), pieces: [piece], isCut: false, isOver: true });
      } else yield* this.#pend(piece, feed !== -1);
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

  /** A piece of a line that is not known yet. */
  *#pend(piece: Piece, ends: boolean): Generator<TextChunk> {
    this.#pending.push(piece);
    this.#pendingLength += piece.to - piece.from;
    if (ends || this.#pendingLength >= headLength) yield* this.#takePending(ends);
  }

  *#takePending(isOver: boolean): Generator<TextChunk> {
    const pieces = this.#pending;
    this.#pending = [];
    this.#pendingLength = 0;
    const whole = pieces.map(({ chunk, from, to }) => chunk.text.slice(from, to)).join('');
    const text = isOver ? whole.slice(0, -1) : whole;
    if (text.length < headLength || (isOver && text.length === headLength)) {
      yield* this.#line({ text, pieces, isCut: false, isOver });
      return;
    }
    const kept = headOf(text);
    const line = { text: kept, pieces: firstPieces(pieces, kept.length), isCut: true, isOver: false };
    this.#long = line;
    yield* this.#line(line);
    if (isOver) yield* this.#goOn(line, lastPiece(pieces), true);
  }

  /** More of a line than is kept. */
  *#goOn(line: HeldLine, piece: Piece, ends: boolean): Generator<TextChunk> {
    this.#heldLength += piece.to - piece.from;
    const isHeld = this.#held.at(-1) === line;
    if (!ends) {
      if (isHeld && this.#heldLength >= mostCharacters) yield* this.#decide();
      return;
    }
    this.#long = undefined;
    line.isOver = true;
    const feed = { ...piece, from: piece.to - 1 };
    if (isHeld) line.pieces.push(feed);
    else if (this.#awaitsFeed) {
      this.#awaitsFeed = false;
      this.#filter.leaveOut(0);
      yield this.#passed(feed.chunk.cut(feed));
      this.#filter.close(this.#textBytes);
    }
  }

  /** Takes a line, or as much of one as is kept. */
  *#line(line: HeldLine): Generator<TextChunk> {
    const { text } = line;
    const head = isBlank(text.charCodeAt(0)) ? headless : this.#heads.read(text);
    if (!this.#joiner.continues(text, head)) {
      if (this.#held.length > 0) yield* this.#decide();
      this.#head = head === headless ? this.#heads.read(text) : head;
      this.#hold(line);
    } else if (this.#held.length === 0) {
      this.#filter.leaveOut(1);
    } else {
      if (this.#held.length === 1 && this.#head !== undefined && this.#head.level === undefined && head.own) {
        const { level } = head;
        this.#head = { ...this.#head, level, sort: sortOf(level, this.#head.source) };
      }
      this.#hold(line);
      if (this.#held.length >= mostLines || this.#heldLength >= mostCharacters) yield* this.#decide();
    }
  }

  #hold(line: HeldLine): void {
    this.#held.push(line);
    this.#heldLength += line.text.length + 1;
  }

  *#decide(): Generator<TextChunk> {
    const held = this.#held;
    this.#held = [];
    this.#heldLength = 0;
    const passed = held.slice(0, passedLines(held));
    if (!this.#filter.accept(recordOf(held, passed.length, this.#head ?? headless))) {
      this.#filter.leaveOut(held.length);
      return;
    }
    for (const line of passed) {
      for (const piece of line.pieces) {
        if (line.isCut && line.isOver && piece === line.pieces.at(-1)) this.#filter.leaveOut(0);
        yield this.#passed(piece.chunk.cut(piece));
      }
    }
    if (passed.length < held.length) this.#filter.leaveOut(held.length - passed.length);
    this.#awaitsFeed = passed.at(-1)?.isCut === true && passed.at(-1)?.isOver === false;
    if (!this.#awaitsFeed) this.#filter.close(this.#textBytes);
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

/** A chunk whose parts are asked for in order. */
class PlacedChunk {
  readonly text: string;
  #at = 0;
  #byte: number;

  constructor(readonly chunk: TextChunk) {
    this.text = chunk.text;
    this.#byte = chunk.byte;
  }

  cut({ from, to, line }: Piece): TextChunk {
    const byte = this.#byteAt(from);
    const endByte = to === this.text.length ? this.chunk.endByte : this.#byteAt(to);
    return { ...this.chunk, text: this.text.slice(from, to), byte, endByte, line };
  }

  #byteAt(at: number): number {
    this.#byte += sourceBytes(this.text.slice(this.#at, at), this.chunk.encoding);
    this.#at = at;
    return this.#byte;
  }
}

/** Of an indented line. */
const headless: RecordHead = {
  prefix: undefined,
  time: undefined,
  lacking: 'nothing',
  level: undefined,
  source: undefined,
  message: 0,
  body: undefined,
  own: false,
  sort: 7,
};

/** How many of a record's lines the model may read: the first, and those that fit. */
function passedLines(held: readonly HeldLine[]): number {
  let length = 0;
  for (const [index, { text }] of held.entries()) {
    length += text.length + 1;
    if (index > 0 && length > headLength) return index;
  }
  return held.length;
}

function recordOf(held: readonly HeldLine[], passed: number, head: RecordHead): LogRecord {
  const [first, ...others] = held;
  const text = first?.text ?? '';
  const line = first?.pieces[0]?.line ?? 1;
  if (others.length === 0) {
    return { text, lines: [line, line], head, identity: messageOf(text, head), telling: undefined };
  }
  const lines = held.map((one) => one.text);
  const following = lines.slice(1);
  const telling = tellingLine(following);
  const message = messageOf(text, head);
  const said =
    message.trim() === ''
      ? following
          .map((one) => one.trim())
          .join(' ')
          .slice(0, longestIdentity)
      : message;
  return {
    text: lines.slice(0, passed).join('\n').trimEnd(),
    lines: [line, held.at(-1)?.pieces[0]?.line ?? line],
    head,
    identity: telling === undefined ? said : `${said} ${telling}`,
    telling,
  };
}

/** The first part of a line, without half a code point at its end. */
function headOf(text: string): string {
  const code = text.charCodeAt(headLength - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? headLength - 1 : headLength);
}

/** The pieces that hold the first `length` code units. */
function firstPieces(pieces: readonly Piece[], length: number): Piece[] {
  const first: Piece[] = [];
  let left = length;
  for (const piece of pieces) {
    if (left === 0) break;
    const to = Math.min(piece.to, piece.from + left);
    first.push({ ...piece, to });
    left -= to - piece.from;
  }
  return first;
}

function lastPiece(pieces: readonly Piece[]): Piece {
  const last = pieces.at(-1);
  if (last === undefined) throw new Error('no piece of a line');
  return last;
}
