// Tokenises consecutive stretches of one text, so that the tokens are those of tokenising it whole.
//
// Tokenizers split text at places that do not depend on what is further away: before a single space between two
// words and after a single line feed between two lines (the pre-tokenizer patterns of llama.cpp's BPE vocabularies,
// llama-vocab.cpp; SentencePiece pieces, which hold no inner space). The text is cut only there, and each cut is
// checked: the tokens of the text around it must be those of both sides. Where a long run offers no such place (one
// word of many kilobytes) it is cut between two tokens that pass the same check.

import type { Vocabulary } from '../backend.js';

/** UTF-16 code units on each side of a cut that are used to check it. */
const checkLength = 64;
/** Places tried before a check is given up. */
const mostAttempts = 32;

/** The text before a cut, as a length in UTF-16 code units, and its tokens. */
export interface Stretch {
  readonly length: number;
  readonly tokens: Int32Array;
}

/** Text is data: nothing in it becomes a control token. */
export class LiteralTokenizer {
  readonly #vocabulary: Vocabulary;
  /** Tokens of a line feed at the start of a text, for vocabularies that put a space in front of every text. */
  readonly #anchor: Int32Array;
  #started: boolean;

  private constructor(vocabulary: Vocabulary, anchor: Int32Array, started: boolean) {
    this.#vocabulary = vocabulary;
    this.#anchor = anchor;
    this.#started = started;
  }

  /** `started`: whether the text follows other text. */
  static async create(vocabulary: Vocabulary, started = false): Promise<LiteralTokenizer> {
    const addsSpace = byteLength(vocabulary, await vocabulary.tokenize('a')) > 1;
    const anchor = addsSpace ? await vocabulary.tokenize('\n') : new Int32Array(0);
    return new LiteralTokenizer(vocabulary, anchor, started);
  }

  /** Takes the longest stretch that ends where `text` may be cut; undefined where there is no such place. */
  async takeNatural(text: string): Promise<Stretch | undefined> {
    const length = await this.#naturalCut(text);
    return length === undefined ? undefined : { length, tokens: await this.takeAll(text.slice(0, length)) };
  }

  /** Takes the longest stretch that ends between two tokens, leaving at least `checkLength` code units. */
  async takeForced(text: string): Promise<Stretch> {
    const tokens = await this.#tokenize(text, !this.#started);
    this.#started = true;
    const ends = codeUnitEnds(text, tokens, this.#vocabulary);
    const cuts: Stretch[] = [];
    for (let count = tokens.length - 1; count > 0 && cuts.length < mostAttempts; count -= 1) {
      const length = ends[count - 1];
      if (length === undefined || length > text.length - checkLength) continue;
      const cut = { length, tokens: tokens.subarray(0, count) };
      if (await this.#holds(text, length)) return cut;
      cuts.push(cut);
    }
    return cuts[0] ?? { length: text.length, tokens };
  }

  /** Takes all of `text`. */
  async takeAll(text: string): Promise<Int32Array> {
    const tokens = await this.#tokenize(text, !this.#started);
    this.#started = true;
    return tokens;
  }

  async #tokenize(text: string, atStart: boolean): Promise<Int32Array> {
    const pieces = splitInside(text, this.#vocabulary.controlLiterals);
    return concatenate(
      await Promise.all(
        pieces.map(async (piece, index) =>
          atStart && index === 0 ? this.#vocabulary.tokenize(piece) : this.#continue(piece),
        ),
      ),
    );
  }

  /** Tokens of text that follows other text: the space in front goes to a line feed, and both are dropped. */
  async #continue(text: string): Promise<Int32Array> {
    if (this.#anchor.length === 0) return this.#vocabulary.tokenize(text);
    const tokens = await this.#vocabulary.tokenize(`\n${text}`);
    return this.#anchor.every((token, index) => tokens[index] === token)
      ? tokens.subarray(this.#anchor.length)
      : this.#vocabulary.tokenize(text);
  }

  async #naturalCut(text: string): Promise<number | undefined> {
    let attempts = 0;
    for (let index = text.length - 2; index > 1 && attempts < mostAttempts; index -= 1) {
      if (!isBoundary(text, index)) continue;
      if (await this.#holds(text, index)) return index;
      attempts += 1;
    }
    return undefined;
  }

  /** Whether the tokens around `index` are those of both sides. */
  async #holds(text: string, index: number): Promise<boolean> {
    const before = text.slice(Math.max(0, index - checkLength), index).toWellFormed();
    const after = text.slice(index, index + checkLength).toWellFormed();
    const [together, ...sides] = await Promise.all([
      this.#continue(before + after),
      this.#continue(before),
      this.#continue(after),
    ]);
    const apart = concatenate(sides);
    return together.length === apart.length && together.every((token, at) => token === apart[at]);
  }
}

/** Before a single space between two words, or after a single line feed between two lines. */
function isBoundary(text: string, index: number): boolean {
  if (text[index] === ' ') return !isSpace(text, index - 1) && !isSpace(text, index + 1);
  return text[index - 1] === '\n' && !isSpace(text, index - 2) && !isSpace(text, index);
}

function isSpace(text: string, index: number): boolean {
  return /\s/u.test(text.charAt(index));
}

/** Cuts `text` in the middle of each of `literals`, so that no tokenizer sees one whole. */
export function splitInside(text: string, literals: readonly string[]): string[] {
  const cuts = new Set<number>();
  for (const literal of literals) {
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) cuts.add(at + literal.length - 1);
  }
  const ends = [...cuts].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length));
}

/** For each token, the UTF-16 length of the text up to its end; undefined where that is inside a code point. */
function codeUnitEnds(text: string, tokens: Int32Array, vocabulary: Vocabulary): (number | undefined)[] {
  const bytes = Buffer.from(text);
  const added = byteLength(vocabulary, tokens) - bytes.length;
  // Lengths that do not add up belong to a tokenizer that changes the text: no place between tokens is known.
  if (added < 0 || added > 1) return [];
  let at = -added;
  let units = 0;
  return Array.from(tokens, (token) => {
    const from = Math.max(0, at);
    at += vocabulary.byteLength(token);
    for (let index = from; index < at; index += 1) units += codeUnitsAt(bytes, index);
    return isContinuation(bytes, at) ? undefined : units;
  });
}

function byteLength(vocabulary: Vocabulary, tokens: Int32Array): number {
  return tokens.reduce((sum, token) => sum + vocabulary.byteLength(token), 0);
}

function concatenate(parts: readonly Int32Array[]): Int32Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whether the byte at `index` continues a code point of UTF-8. */
export function isContinuation(bytes: Uint8Array, index: number): boolean {
  return ((bytes[index] ?? 0) & 0xc0) === 0x80;
}

/** UTF-16 code units of the code point that starts at `index`; 0 inside one. */
export function codeUnitsAt(bytes: Uint8Array, index: number): number {
  if (isContinuation(bytes, index)) return 0;
  return (bytes[index] ?? 0) >= 0xf0 ? 2 : 1;
}
