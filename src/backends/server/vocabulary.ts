// A server's vocabulary, as far as it was met: what tokens stand for is learned from the texts that it tokenises.

import type { Vocabulary } from '../../engine/backend.js';
import { splitInside } from '../../engine/tokens/literal-tokenizer.js';
import { probeBeginning, type ServerFacts } from './probe.js';
import type { Piece, Tokenizer } from './tokens.js';

/** No token: stands for the end of what a server writes, which it does not always name. */
export const textEnd = -1;

/** Control tokens of well-known models. Engines that read Hugging Face's tokenizers find them in any text. */
const knownControls = [
  ...['<s>', '</s>', '<unk>', '<pad>', '<bos>', '<eos>', '<mask>', '[INST]', '[/INST]', '<think>', '</think>'],
  ...['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|end|>', '<|user|>', '<|assistant|>', '<|system|>'],
  ...['<|begin_of_text|>', '<|end_of_text|>', '<|eot_id|>', '<|eom_id|>', '<|start_header_id|>', '<|end_header_id|>'],
  ...['<start_of_turn>', '<end_of_turn>', '<|start|>', '<|message|>', '<|channel|>', '<|return|>', '<|python_tag|>'],
];
/** How a token looks that is none of a text. */
const controlLike = /^(?:<[|\uff5c][^<>\s]+[|\uff5c]>|\[\/?[A-Z_]{3,}\])$/;

export class ServerVocabulary implements Vocabulary {
  readonly size: number | undefined;
  readonly beginning: number | undefined;
  readonly #tokenizer: Tokenizer;
  readonly #bytes = new Map<number, Uint8Array>();
  readonly #controls = new Set<string>();
  #written: Piece | undefined;

  private constructor(tokenizer: Tokenizer, size: number | undefined, beginning: Piece | undefined) {
    this.#tokenizer = tokenizer;
    this.size = size;
    this.beginning = beginning?.token;
    // It is no text.
    if (beginning !== undefined) this.#bytes.set(beginning.token, new Uint8Array());
  }

  static async open(tokenizer: Tokenizer, { vocabularySize }: ServerFacts): Promise<ServerVocabulary> {
    const vocabulary = new ServerVocabulary(tokenizer, vocabularySize, await probeBeginning(tokenizer));
    for (const { bytes } of await tokenizer.pieces(knownControls.join('\n'), false)) {
      const text = Buffer.from(bytes).toString();
      if (knownControls.includes(text)) vocabulary.#controls.add(text);
    }
    return vocabulary;
  }

  get controlLiterals(): readonly string[] {
    return [...this.#controls];
  }

  async tokenize(text: string): Promise<Int32Array> {
    if (text === '') return new Int32Array(0);
    const pieces = await this.#tokenizer.pieces(text, false);
    const controls = pieces.map(({ bytes }) => Buffer.from(bytes).toString()).filter((each) => controlLike.test(each));
    const found = controls.filter((each) => !this.#controls.has(each) && text.includes(each));
    if (found.length > 0) {
      // The text is data: it is read again with what looks like a control token cut in two, as it will be from now on.
      for (const each of found) this.#controls.add(each);
      const parts = await Promise.all(splitInside(text, found).map((part) => this.tokenize(part)));
      return Int32Array.from(parts.flatMap((part) => [...part]));
    }
    for (const { token, bytes } of pieces) if (token !== this.beginning) this.#bytes.set(token, bytes);
    return Int32Array.from(pieces, ({ token }) => token);
  }

  /** Until the next one, the token stands for these bytes: a server may send those of several tokens with the last. */
  write(piece: Piece): void {
    this.#written = piece;
  }

  byteLength(token: number): number {
    return this.#bytes.get(token)?.length ?? 0;
  }

  bytes(token: number): Uint8Array {
    if (token === this.#written?.token) return this.#written.bytes;
    return this.#bytes.get(token) ?? new Uint8Array();
  }

  endsText(token: number): boolean {
    return token === textEnd;
  }
}
