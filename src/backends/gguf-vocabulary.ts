// A GGUF's vocabulary: text to tokens through llama.cpp, and the bytes that each token stands for.

import type { LlamaModel, Token } from 'node-llama-cpp';
import type { Vocabulary } from '../engine/backend.js';

/** Token types of GGUF (llama.h, enum llama_token_type). */
const userDefined = 4;
const singleByte = 6;
const normal = 1;

/** `model` may be loaded vocabulary-only. Document text stays literal: nothing in it becomes a control token. */
export function ggufVocabulary(model: LlamaModel): Vocabulary {
  const { ggml } = model.fileInfo.metadata.tokenizer;
  const texts = ggml.tokens;
  const types: readonly number[] = ggml.token_type;
  const byteLevel = (model.vocabularyType as string) === 'bpe';
  // Filled on demand: most documents use a small part of a vocabulary. Zero is unknown; no token is empty.
  const lengths = new Uint16Array(texts.length);
  const { bos, shouldPrependBosToken } = model.tokens;
  return {
    size: texts.length,
    beginning: shouldPrependBosToken && bos !== null ? bos : undefined,
    controlLiterals: texts.filter((_, token) => types[token] === userDefined && endsOrControls(model, token as Token)),
    tokenize: (text) => Int32Array.from(model.tokenize(text, false)),
    byteLength(token) {
      const known = lengths[token] ?? 0;
      if (known > 0) return known;
      const length = tokenBytes(texts[token] ?? '', types[token] ?? normal, byteLevel);
      lengths[token] = length;
      return length;
    },
  };
}

function endsOrControls(model: LlamaModel, token: Token): boolean {
  return model.isEogToken(token) || model.getTokenAttributes(token).control;
}

/** UTF-8 bytes of the text behind a vocabulary entry. */
export function tokenBytes(text: string, type: number, byteLevel: boolean): number {
  if (type === singleByte) return 1;
  // Byte-level BPE writes each byte as one printable character (GPT-2, encoder.py, bytes_to_unicode).
  if (byteLevel && type === normal) return Array.from(text).length;
  // SentencePiece writes a space as U+2581.
  return Buffer.byteLength(byteLevel ? text : text.replaceAll('\u2581', ' '));
}
