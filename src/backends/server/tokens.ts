// How servers turn text into tokens and tell what bytes a token stands for: each engine in its own words.

import { UnspoolError } from '../../errors.js';
import { tokenBytes } from '../gguf/vocabulary.js';
import type { Json, ServerClient } from './client.js';

/** A token and the bytes that it stands for. */
export interface Piece {
  readonly token: number;
  readonly bytes: Uint8Array;
}

export interface Tokenizer {
  /** Who answers so. */
  readonly dialect: 'llama.cpp' | 'vllm' | 'sglang';
  /** `special`: with the tokens that the model wants around a text. */
  pieces(text: string, special: boolean): Promise<readonly Piece[]>;
}

/** llama-server reads `content`, and says in each piece what its bytes are. */
export function llamaTokenizer(client: ServerClient): Tokenizer {
  return {
    dialect: 'llama.cpp',
    async pieces(text, special) {
      const body = { content: text, add_special: special, parse_special: false, with_pieces: true };
      const { tokens } = await client.post('/tokenize', body);
      return listOf(client, tokens).map((entry) => {
        const { id, piece } = entry as Json;
        const bytes =
          typeof piece === 'string' ? Buffer.from(piece) : Uint8Array.from(listOf(client, piece) as number[]);
        return { token: numberOf(client, id), bytes };
      });
    },
  };
}

/** vLLM reads `prompt`, and names the tokens as its tokenizer writes them. */
export function vllmTokenizer(client: ServerClient, model: string): Tokenizer {
  /** Decided by the first text, which has a space in it. */
  let byteLevel: boolean | undefined;
  return {
    dialect: 'vllm',
    async pieces(text, special) {
      const body = { model, prompt: text, add_special_tokens: special, return_token_strs: true };
      const { tokens, token_strs: names } = await client.post('/tokenize', body);
      const texts = listOf(client, names) as string[];
      const isLevel = (byteLevel ??= isByteLevel(texts));
      return listOf(client, tokens).map((token, index) => ({
        token: numberOf(client, token),
        bytes: namedBytes(texts[index] ?? '', isLevel),
      }));
    },
  };
}

/**
 * SGLang tells tokens only; what they stand for is asked for one by one. A part of a character comes back as U+FFFD, so
 * that places inside a line may be off by some bytes there; scores are not.
 */
export function sglangTokenizer(client: ServerClient, model: string): Tokenizer {
  const known = new Map<number, Uint8Array>();
  return {
    dialect: 'sglang',
    async pieces(text, special) {
      const answer = await client.post('/tokenize', { model, prompt: text, add_special_tokens: special });
      const tokens = listOf(client, answer.tokens).map((token) => numberOf(client, token));
      const unknown = [...new Set(tokens)].filter((token) => !known.has(token));
      if (unknown.length > 0) {
        const body = { model, tokens: unknown.map((token) => [token]), skip_special_tokens: false };
        const texts = listOf(client, (await client.post('/detokenize', body)).text) as string[];
        for (const [index, token] of unknown.entries()) known.set(token, Buffer.from(texts[index] ?? ''));
      }
      return tokens.map((token) => ({ token, bytes: known.get(token) ?? new Uint8Array() }));
    },
  };
}

/** Byte-level vocabularies write a space as \u0120, SentencePiece ones as \u2581. */
function isByteLevel(names: readonly string[]): boolean {
  return !names.some((name) => name.includes('\u2581'));
}

const singleByte = 6;
const normal = 1;

function namedBytes(name: string, byteLevel: boolean): Uint8Array {
  if (!byteLevel && /^<0x[\dA-F]{2}>$/.test(name)) return tokenBytes(name, singleByte, false);
  // A token that was added to the vocabulary is written as it is.
  const isWritten = byteLevel && /^[\u0021-\u007e\u00a1-\u0143]*$/.test(name);
  return tokenBytes(name, normal, isWritten);
}

function listOf({ url }: ServerClient, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw strange(url);
  return value;
}

function numberOf({ url }: ServerClient, value: unknown): number {
  if (!Number.isInteger(value)) throw strange(url);
  return value as number;
}

function strange(url: string): UnspoolError {
  return new UnspoolError('server-answer', `${url}: its answer to POST /tokenize holds no tokens`, needsTokens);
}

export const needsTokens = 'use llama-server, vLLM or SGLang, or run a GGUF file here';
