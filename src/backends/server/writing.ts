// Tokens as a server writes them, one after the other, from one request.

import type { Sampling } from '../../engine/backend.js';
import { UnspoolError } from '../../errors.js';
import type { Json, ServerClient } from './client.js';
import { objectOf } from './probe.js';
import type { Piece, Tokenizer } from './tokens.js';
import { textEnd, type ServerVocabulary } from './vocabulary.js';

export interface Writing {
  readonly client: ServerClient;
  readonly model: string;
  readonly dialect: Tokenizer['dialect'];
  readonly vocabulary: ServerVocabulary;
  /** Tokens to write at most. */
  readonly tokens: number;
}

/** What came with one part of an answer. */
interface StreamedPart {
  readonly text: string;
  /** As far as the server names them. */
  readonly ids: readonly number[];
  /** Tokens written so far, where the server counts them. */
  readonly count: number | undefined;
  readonly ended: 'stop' | 'length' | undefined;
}

/** Ends with `textEnd` where the model ends the text, and without where it was to write no more. */
export async function* writtenTokens(
  { client, model, dialect, vocabulary, tokens }: Writing,
  prompt: readonly number[],
  sampling: Sampling,
): AsyncGenerator<Piece> {
  const isLlama = dialect === 'llama.cpp';
  const parts = isLlama
    ? client.stream('/completion', llamaRequest(prompt, tokens, sampling))
    : client.stream('/v1/completions', openAiRequest(model, prompt, tokens, sampling));
  let count = 0;
  /** A part without text may be the token that ends it. */
  let silent: Piece[] = [];
  for await (const json of parts) {
    const part = isLlama ? llamaPart(json) : openAiPart(json);
    const pieces = await piecesOf(part, count, vocabulary);
    count += pieces.length;
    if (part.text !== '' || part.ended === 'length') {
      yield* silent;
      silent = [];
    }
    if (part.ended === 'stop') {
      // Of what came with the end, the last is the token that ends the text, if the server names it.
      if (part.text !== '') yield* pieces.length > 1 ? pieces.slice(0, -1) : pieces;
      yield { token: textEnd, bytes: new Uint8Array() };
      return;
    }
    if (part.text === '') silent.push(...pieces);
    else yield* pieces;
    if (part.ended === 'length') {
      yield* silent;
      return;
    }
  }
  const message = `${client.url}: the connection was cut while it wrote`;
  throw new UnspoolError('server-cut', message, 'see what the server says');
}

/** The tokens of a part; the text goes with the last. llama-server does not name those that end inside a character. */
async function piecesOf(
  { text, ids, count }: StreamedPart,
  before: number,
  vocabulary: ServerVocabulary,
): Promise<Piece[]> {
  const missing = count === undefined ? (ids.length === 0 && text !== '' ? Infinity : 0) : count - before - ids.length;
  const tokens = missing > 0 && text !== '' ? [...(await vocabulary.tokenize(text))].slice(-missing - ids.length) : ids;
  return tokens.map((token, index) => ({
    token,
    bytes: index === tokens.length - 1 ? Buffer.from(text) : new Uint8Array(),
  }));
}

/** llama-server takes this one seed (LLAMA_DEFAULT_SEED) as a wish for a random one. */
const randomSeed = 0xffffffff;

function llamaRequest(prompt: readonly number[], tokens: number, sampling: Sampling): Json {
  const { temperature, topP, minP, seed } = sampling;
  return {
    ...{ prompt, n_predict: tokens, stream: true, return_tokens: true, cache_prompt: true },
    ...{ temperature, top_p: topP, min_p: minP, seed: seed === randomSeed ? 0 : seed },
    // Nothing else shapes the distribution.
    samplers: ['top_p', 'min_p', 'temperature'],
  };
}

function openAiRequest(model: string, prompt: readonly number[], tokens: number, sampling: Sampling): Json {
  const { temperature, topP, minP, seed } = sampling;
  return {
    ...{ model, prompt, max_tokens: tokens, stream: true, return_token_ids: true },
    // They refuse a share of nothing, by which only the likeliest token is meant.
    ...{ temperature, top_p: Math.max(topP, 1e-6), min_p: minP, seed },
  };
}

function llamaPart({ content, tokens, tokens_predicted: count, stop, stop_type: type }: Json): StreamedPart {
  return {
    text: typeof content === 'string' ? content : '',
    ids: idsIn(tokens),
    count: typeof count === 'number' && stop !== true ? count : undefined,
    ended: stop !== true ? undefined : type === 'limit' ? 'length' : 'stop',
  };
}

function openAiPart({ choices }: Json): StreamedPart {
  const choice = objectOf(Array.isArray(choices) ? choices[0] : undefined);
  const { text, token_ids: ids, response_token_ids: otherIds, finish_reason: reason } = choice;
  return {
    text: typeof text === 'string' ? text : '',
    // vLLM's name for them, and SGLang's.
    ids: idsIn(ids ?? otherIds),
    count: undefined,
    ended: reason === 'stop' || reason === 'length' ? reason : undefined,
  };
}

function idsIn(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((id): id is number => Number.isInteger(id)) : [];
}
