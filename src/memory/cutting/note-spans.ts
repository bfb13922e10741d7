// Cuts scored tokens into spans that say something alone: a log's lines, or some sentences.

import type { Vocabulary } from '../../engine/backend.js';
import type { ByteRange, LineRange } from '../../engine/events/events.js';
import type { Position } from '../../engine/tokens/token-stream.js';
import { headLength } from './lines.js';
import { looksLikeLog } from '../logs/log-detection.js';
import { SentenceCutter } from './sentences.js';

/** A span, and the tokens that it ends. */
export interface NoteSpan {
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

/** A token whose span is not complete. */
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

/** Memory: a paragraph or a line, of `longestSpan` code units at most. */
export class NoteSpans {
  readonly #decoder = new TextDecoder();
  readonly #vocabulary: Pick<Vocabulary, 'bytes'>;
  #sample: { readonly text: string; readonly line: number }[] | undefined = [];
  #sampled = 0;
  #cutter: { push(piece: { readonly text: string; readonly line: number }): void; end(): void } | undefined;
  #complete: NoteSpan[] = [];
  #pending: Pending[] = [];
  #endText = 0;
  /** Of the span in hand, so far. */
  #fromToken = 0;
  #endToken = 0;
  #byte = 0;
  #endByte = 0;
  #nats = 0;
  #scored = 0;
  /** On which the next token starts. */
  #line = 1;

  /** `after`: a token that the text goes on from, and its number in the document. */
  constructor(
    vocabulary: Pick<Vocabulary, 'bytes'>,
    after?: { readonly token: number; readonly end: Position; readonly number: number },
  ) {
    this.#vocabulary = vocabulary;
    if (after === undefined) return;
    this.#fromToken = this.#endToken = after.number + 1;
    this.#byte = this.#endByte = after.end.bytes;
    this.#line = nextLine(vocabulary.bytes(after.token), after.end);
  }

  /** Undefined before enough of the text is there to tell. */
  get isLog(): boolean | undefined {
    return this.#cutter === undefined ? undefined : this.#cutter instanceof LineSpans;
  }

  /** Takes a token, its nats, null where it was not scored, and the position after it. */
  add(token: number, nats: number | null, end: Position): void {
    const bytes = this.#vocabulary.bytes(token);
    // A character that several tokens make up shows at the last of them.
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#endText += Buffer.byteLength(text);
    // Where it ends in the middle of a character, that is one of the next span at most.
    const endText = text === '' ? this.#endText + 0.5 : this.#endText;
    this.#pending.push({ endText, endByte: end.bytes, nats });
    const piece = { text, line: this.#line };
    this.#line = nextLine(bytes, end);
    if (this.#sample === undefined) this.#cutter?.push(piece);
    else {
      this.#sample.push(piece);
      this.#sampled += text.length;
      if (this.#sampled >= sampleLength) this.decide();
    }
  }

  /** The spans that were completed since the last call, in order. */
  take(): NoteSpan[] {
    return this.#complete.splice(0);
  }

  /** The text is over. */
  end(): void {
    this.decide();
    this.#cutter?.end();
  }

  /** Whether it is a log is decided by what is there. */
  decide(): void {
    if (this.#sample === undefined) return;
    const pieces = this.#sample;
    this.#sample = undefined;
    const isLog = looksLikeLog(pieces.map(({ text }) => text).join(''));
    const close = (span: { text: string; lines: LineRange }, endText: number): void => {
      this.#close(span, endText);
    };
    this.#cutter = isLog ? new LineSpans(close) : new SentenceCutter(close);
    for (const piece of pieces) this.#cutter.push(piece);
  }

  /** A token belongs to the span that holds its last byte; blank lines, to the span after them. */
  #close(span: { readonly text: string; readonly lines: LineRange }, endText: number): void {
    let count = 0;
    while (count < this.#pending.length && (this.#pending[count]?.endText ?? 0) <= endText) count += 1;
    for (const { endByte, nats } of this.#pending.splice(0, count)) {
      this.#endByte = endByte;
      this.#endToken += 1;
      this.#nats += nats ?? 0;
      this.#scored += nats === null ? 0 : 1;
    }
    // A span that ends before a token may have none of its own.
    if (span.text === '' || this.#endToken === this.#fromToken) return;
    this.#complete.push({
      ...span,
      ...{ bytes: [this.#byte, this.#endByte], fromToken: this.#fromToken, endToken: this.#endToken },
      ...{ nats: this.#nats, scored: this.#scored },
    });
    [this.#byte, this.#fromToken, this.#nats, this.#scored] = [this.#endByte, this.#endToken, 0, 0];
  }
}

/** A longer line is cut: memory stays bounded. */
const longestSpan = 16_384;

/** Each line is a span, known up to its first part. */
class LineSpans {
  readonly #onLine: (span: { text: string; lines: LineRange }, endText: number) => void;
  #text = '';
  #line = 1;
  #isOpen = false;
  /** Code units of the open line so far. */
  #length = 0;
  #textBytes = 0;

  constructor(onLine: (span: { text: string; lines: LineRange }, endText: number) => void) {
    this.#onLine = onLine;
  }

  push({ text, line }: { readonly text: string; readonly line: number }): void {
    for (const [index, part] of text.split(/(?<=\n)/).entries()) {
      if (!this.#isOpen) this.#line = line + index;
      this.#isOpen = true;
      if (this.#text.length < headLength) this.#text += part.slice(0, headLength);
      this.#textBytes += Buffer.byteLength(part);
      this.#length += part.length;
      if (part.endsWith('\n') || this.#length >= longestSpan) this.end();
    }
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#onLine({ text: this.#text.trimEnd(), lines: [this.#line, this.#line] }, this.#textBytes);
    this.#text = '';
    this.#length = 0;
    this.#isOpen = false;
  }
}
