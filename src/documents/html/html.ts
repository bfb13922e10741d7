// HTML to text, piece by piece: which encoding it has, parsing, and what is left of it.
import { Parser } from 'htmlparser2';
import { Decoder, type Encoding, type DecodedRun } from '../encodings/decoding.js';
import { detectEncoding } from '../encodings/encodings.js';
import type { Extraction } from '../extraction.js';
import { oversizedMarkup } from '../failures.js';
import { declaredEncoding, looksLikeXhtml } from './head.js';
import { HtmlText } from './text.js';

/** A comment or a tag may be so long, in UTF-16 code units; the parser keeps it whole. */
const longestMarkup = 64 * 1024 * 1024;

export interface HtmlOptions {
  readonly name: string;
  /** The encoding unless a byte order mark says another; undefined for the one that the page declares. */
  readonly encoding: Encoding | undefined;
}

/** A page as UTF-8 text. `pieces`: the first must hold what the page says of its encoding. */
export async function* htmlDocument(
  pieces: AsyncIterable<Buffer>,
  extraction: Extraction,
  options: HtmlOptions,
): AsyncGenerator<Buffer> {
  const text = new HtmlText(extraction.chapters);
  yield* htmlPage(pieces, text, extraction, options);
  text.end();
  yield Buffer.from(text.take());
}

/** One page of several. A failure of the source comes after the text before it. */
export async function* htmlPage(
  pieces: AsyncIterable<Buffer>,
  text: HtmlText,
  extraction: Extraction,
  options: HtmlOptions,
): AsyncGenerator<Buffer> {
  let reader: PageReader | undefined;
  try {
    for await (const piece of pieces) {
      reader ??= new PageReader(piece, text, extraction, options);
      reader.push(piece);
      const out = text.take();
      if (out !== '') yield Buffer.from(out);
    }
  } catch (error) {
    yield Buffer.from(text.take());
    throw error;
  }
  reader?.end();
  yield Buffer.from(text.take());
}

class PageReader {
  readonly #parser: Parser;
  readonly #decoder: Decoder;
  #markBytes: number;
  #endsInReturn = false;
  /** UTF-16 code units that the parser was given since it last told of anything. */
  #held = 0;
  #told = 0;

  constructor(
    head: Buffer,
    private readonly text: HtmlText,
    private readonly extraction: Extraction,
    private readonly options: HtmlOptions,
  ) {
    const { encoding, markBytes } = detectEncoding(head, options.encoding ?? declaredEncoding(head, options.name));
    this.#decoder = new Decoder(encoding, 0);
    this.#markBytes = markBytes;
    const isXhtml = looksLikeXhtml(head);
    // In XHTML, `<script/>` and `<title/>` are whole elements.
    this.#parser = new Parser(text, { recognizeSelfClosing: isXhtml, recognizeCDATA: isXhtml });
  }

  push(piece: Buffer): void {
    this.#parse(Array.from(this.#decoder.push(piece.subarray(this.#markBytes))));
    this.#markBytes = 0;
  }

  end(): void {
    this.#parse(Array.from(this.#decoder.end()));
    this.#parser.end();
  }

  #parse(runs: readonly DecodedRun[]): void {
    for (const { invalidBytes } of runs) this.extraction.invalidBytes += invalidBytes;
    const text = this.#withLineFeeds(runs.map((run) => run.text).join(''));
    this.#parser.write(text);
    this.#held = this.#told === this.text.events ? this.#held + text.length : 0;
    this.#told = this.text.events;
    if (this.#held > longestMarkup) throw oversizedMarkup(this.options.name);
  }

  /** Every line end as a line feed. */
  #withLineFeeds(text: string): string {
    const rest = this.#endsInReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#endsInReturn = text.endsWith('\r');
    return rest.includes('\r') ? rest.replace(/\r\n?/g, '\n') : rest;
  }
}
