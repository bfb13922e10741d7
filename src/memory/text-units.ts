// Cuts scored tokens into units that say something alone: a log's lines, or groups of sentences.

import type { Vocabulary } from '../engine/backend.js';
import type { ByteRange, LineRange } from '../engine/events.js';
import type { Position } from '../engine/token-stream.js';
import { headLength } from './lines.js';
import { looksLikeLog } from './log-detection.js';
import { SentenceCutter } from './sentences.js';

/** A unit, and the tokens that it ends. */
export interface ScoredUnit {
  readonly text: string;
  readonly lines: LineRange;
  readonly bytes: ByteRange;
  /** Numbers of its first token, and of the one after its last. */
  readonly fromToken: number;
  readonly endToken: number;
  /** Over `scored` tokens. */
  readonly nats: number;
  readonly scored: number;
}

/** A token whose unit is not complete. */
interface Pending {
  /** UTF-8 bytes of text up to its end, as it was decoded. */
  readonly endText: number;
  readonly endByte: number;
  readonly nats: number | null;
}

const lineFeed = 0x0a;

/** The line on which the token after this one starts. */
function nextLine(bytes: Uint8Array, end: Position): number {
  return bytes.at(-1) === lineFeed ? end.lines + 1 : end.lines;
}

/** Characters of text that decide what it is. */
const sampleLength = 4096;

/** Memory: a paragraph, or the first line of a log's record. */
export class TextUnits {
  readonly #decoder = new TextDecoder();
  readonly #vocabulary: Pick<Vocabulary, 'bytes'>;
  #sample: { readonly text: string; readonly line: number }[] | undefined = [];
  #sampled = 0;
  #cutter: { push(piece: { readonly text: string; readonly line: number }): void; end(): void } | undefined;
  #complete: ScoredUnit[] = [];
  #pending: Pending[] = [];
  #endText = 0;
  #endToken = 0;
  #byte = 0;
  /** On which the next token starts. */
  #line = 1;

  /** `after`: a token that the text goes on from, and its number in the document. */
  constructor(
    vocabulary: Pick<Vocabulary, 'bytes'>,
    after?: { readonly token: number; readonly end: Position; readonly number: number },
  ) {
    this.#vocabulary = vocabulary;
    if (after === undefined) return;
    this.#endToken = after.number + 1;
    this.#byte = after.end.bytes;
    this.#line = nextLine(vocabulary.bytes(after.token), after.end);
  }

  /** Undefined before enough of the text is there to tell. */
  get isLog(): boolean | undefined {
    return this.#cutter === undefined ? undefined : this.#cutter instanceof LineUnits;
  }

  /** Takes a token, its nats, null where it was not scored, and the position after it. */
  add(token: number, nats: number | null, end: Position): void {
    const bytes = this.#vocabulary.bytes(token);
    // A character that several tokens make up shows at the last of them.
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#endText += Buffer.byteLength(text);
    this.#pending.push({ endText: this.#endText, endByte: end.bytes, nats });
    const piece = { text, line: this.#line };
    this.#line = nextLine(bytes, end);
    if (this.#sample === undefined) this.#cutter?.push(piece);
    else {
      this.#sample.push(piece);
      this.#sampled += text.length;
      if (this.#sampled >= sampleLength) this.#begin();
    }
  }

  /** The units that were completed since the last call, in order. */
  take(): ScoredUnit[] {
    return this.#complete.splice(0);
  }

  /** The text is over. */
  end(): void {
    this.#begin();
    this.#cutter?.end();
  }

  #begin(): void {
    if (this.#sample === undefined) return;
    const pieces = this.#sample;
    this.#sample = undefined;
    const isLog = looksLikeLog(pieces.map(({ text }) => text).join(''));
    const close = (unit: { text: string; lines: LineRange }, endText: number): void => {
      this.#close(unit, endText);
    };
    this.#cutter = isLog ? new LineUnits(close) : new SentenceCutter(close);
    for (const piece of pieces) this.#cutter.push(piece);
  }

  /** A token belongs to the unit that holds its last byte; blank lines, to the unit after them. */
  #close(unit: { readonly text: string; readonly lines: LineRange }, endText: number): void {
    if (unit.text === '') return;
    let count = 0;
    while (count < this.#pending.length && (this.#pending[count]?.endText ?? 0) <= endText) count += 1;
    const tokens = this.#pending.splice(0, count);
    const last = tokens.at(-1);
    // A unit that ends before a token may have none of its own.
    if (last === undefined) return;
    const scores = tokens.flatMap(({ nats }) => nats ?? []);
    const from = this.#byte;
    this.#byte = last.endByte;
    const fromToken = this.#endToken;
    this.#endToken += tokens.length;
    this.#complete.push({
      ...unit,
      bytes: [from, last.endByte],
      fromToken,
      endToken: this.#endToken,
      nats: scores.reduce((sum, nats) => sum + nats, 0),
      scored: scores.length,
    });
  }
}

/** Each line is a unit, known up to its first part. */
class LineUnits {
  readonly #onLine: (unit: { text: string; lines: LineRange }, endText: number) => void;
  #text = '';
  #line = 1;
  #isOpen = false;
  #textBytes = 0;

  constructor(onLine: (unit: { text: string; lines: LineRange }, endText: number) => void) {
    this.#onLine = onLine;
  }

  push({ text, line }: { readonly text: string; readonly line: number }): void {
    for (const [index, part] of text.split(/(?<=\n)/).entries()) {
      if (!this.#isOpen) this.#line = line + index;
      this.#isOpen = true;
      if (this.#text.length < headLength) this.#text += part.slice(0, headLength);
      this.#textBytes += Buffer.byteLength(part);
      if (part.endsWith('\n')) this.end();
    }
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#onLine({ text: this.#text.trimEnd(), lines: [this.#line, this.#line] }, this.#textBytes);
    this.#text = '';
    this.#isOpen = false;
  }
}
