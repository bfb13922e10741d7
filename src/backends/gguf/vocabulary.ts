// A GGUF's vocabulary: text to tokens through llama.cpp, and the bytes that each token stands for.

import type { LlamaModel, Token } from 'node-llama-cpp';
import type { Vocabulary } from '../../engine/backend.js';

/** Token types of GGUF (llama.h, enum llama_token_type). */
const userDefined = 4;
const singleByte = 6;
const normal = 1;

/** `model` may be loaded vocabulary-only. Document text stays literal: nothing in it becomes a control token. */
export function ggufVocabulary(model: LlamaModel): Vocabulary {
  const { ggml } = model.fileInfo.metadata.tokenizer;
  const texts = ggml.tokens;
  const types: readonly number[] = ggml.token_type;
  // Some BPE vocabularies (Gemma 4) are written like SentencePiece: byte-level ones have no U+2581 in a plain token.
  const byteLevel = (model.vocabularyType as string) === 'bpe' && !texts.includes('\u2581');
  // Filled on demand: most documents use a small part of a vocabulary. Zero is unknown; no token is empty.
  const lengths = new Uint16Array(texts.length);
  const { bos, shouldPrependBosToken } = model.tokens;
  const bytesOf = (token: number): Uint8Array => tokenBytes(texts[token] ?? '', types[token] ?? normal, byteLevel);
  return {
    size: texts.length,
    beginning: shouldPrependBosToken && bos !== null ? bos : undefined,
    controlLiterals: texts.filter((_, token) => types[token] === userDefined && endsOrControls(model, token as Token)),
    tokenize: (text) => Int32Array.from(model.tokenize(text, false)),
    named(text) {
      const token = texts.indexOf(text);
      return token === -1 ? undefined : token;
    },
    byteLength(token) {
      const known = lengths[token] ?? 0;
      if (known > 0) return known;
      const { length } = bytesOf(token);
      lengths[token] = length;
      return length;
    },
    bytes: bytesOf,
    endsText: (token) => endsOrControls(model, token as Token),
  };
}

/** Texts of the tokens that match in any text, whatever is asked of the tokenizer. */
export function userDefinedTexts(model: LlamaModel): string[] {
  const { tokens, token_type: types } = model.fileInfo.metadata.tokenizer.ggml;
  return tokens.filter((_, token) => (types[token] as number) === userDefined);
}

function endsOrControls(model: LlamaModel, token: Token): boolean {
  return model.isEogToken(token) || model.getTokenAttributes(token).control;
}

/** The UTF-8 bytes that a vocabulary entry stands for; a token may be a part of a character. */
export function tokenBytes(text: string, type: number, byteLevel: boolean): Uint8Array {
  if (type === singleByte) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16));
  // Byte-level BPE writes each byte as one printable character.
  if (byteLevel && type === normal) return Uint8Array.from(text, (character) => byteOf.get(character) ?? 0x3f);
  // SentencePiece writes a space as U+2581.
  return Buffer.from(byteLevel ? text : text.replaceAll('\u2581', ' '));
}

/** The printable characters of byte-level BPE (GPT-2, encoder.py, bytes_to_unicode): others are shifted past 255. */
const byteOf = new Map<string, number>();
for (let byte = 0, shifted = 256; byte < 256; byte += 1) {
  const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  byteOf.set(String.fromCodePoint(isPrintable ? byte : shifted++), byte);
}
