// What a server is and what it can do, found out by asking.

import { UnspoolError } from '../../errors.js';
import { ServerError, type Json, type ServerClient } from './client.js';
import { llamaTokenizer, needsTokens, sglangTokenizer, vllmTokenizer, type Piece, type Tokenizer } from './tokens.js';

/** A model on a server. */
export interface ServerFacts {
  readonly model: string;
  /** Tokens that the server holds at once for a request; undefined where it does not tell. */
  readonly contextSize: number | undefined;
  readonly parameters: number | null;
  /** Entries; undefined where it does not tell. */
  readonly vocabularySize: number | undefined;
}

/** `name`: of the model, where the user gave one. Throws an `UnspoolError` where there is no such server, or model. */
export async function probeServer(client: ServerClient, name: string | undefined): Promise<ServerFacts> {
  const models = await listModels(client);
  const names = models.map(({ id }) => id);
  const listed = names.length === 0 ? 'it lists none' : `it lists ${shortList(names)}`;
  const [only] = names;
  const option = client.option.replace('server', 'model');
  if (name === undefined && (only === undefined || names.length > 1)) {
    throw new UnspoolError('server-model', `${client.url}: which model? ${listed}`, `name one with ${option}`);
  }
  const chosen = models.find(({ id }) => id === (name ?? only));
  if (chosen === undefined) {
    throw new UnspoolError('server-model', `${client.url}: has no model ${name ?? ''}: ${listed}`, `mend ${option}`);
  }
  const meta = objectOf(chosen.meta);
  const context = numberIn(chosen, 'max_model_len') ?? numberIn(meta, 'n_ctx') ?? (await contextOfSlot(client));
  return {
    model: chosen.id,
    contextSize: context,
    parameters: numberIn(meta, 'n_params') ?? null,
    vocabularySize: numberIn(meta, 'n_vocab'),
  };
}

async function listModels(client: ServerClient): Promise<(Json & { readonly id: string })[]> {
  let answer: Json;
  try {
    answer = await client.get('/v1/models');
  } catch (error) {
    const isOther = error instanceof ServerError && (error.status === 404 || error.code === 'server-answer');
    throw isOther ? otherServer(client) : error;
  }
  if (!Array.isArray(answer.data)) throw otherServer(client);
  return (answer.data as unknown[]).map(objectOf).filter((each) => typeof each.id === 'string') as never;
}

function otherServer({ url, option }: ServerClient): UnspoolError {
  const message = `${url}: is no OpenAI-compatible server: it has no /v1/models`;
  return new UnspoolError('server-unknown', message, `mend ${option}`);
}

/** llama-server says in /props how much one of its slots holds; others have no such page. */
async function contextOfSlot(client: ServerClient): Promise<number | undefined> {
  const props = await unlessRefused(client.get('/props', { retries: 1 }));
  return numberIn(objectOf(props?.default_generation_settings), 'n_ctx');
}

/** How the server makes tokens. Throws an `UnspoolError` where it makes none. */
export async function probeTokenizer(client: ServerClient, model: string): Promise<Tokenizer> {
  const dialects = [llamaTokenizer(client), vllmTokenizer(client, model), sglangTokenizer(client, model)];
  for (const tokenizer of dialects) {
    const pieces = await unlessRefused(tokenizer.pieces('a b', false));
    if (pieces !== undefined && pieces.length > 0) return tokenizer;
  }
  const message = `${client.url}: makes no tokens of a text: it has no /tokenize`;
  throw new UnspoolError('server-no-tokens', message, needsTokens);
}

/** The token in front of every text, where the model wants one. */
export async function probeBeginning(tokenizer: Tokenizer): Promise<Piece | undefined> {
  const [plain, whole] = await Promise.all([tokenizer.pieces('a', false), tokenizer.pieces('a', true)]);
  const [first] = whole;
  return first?.token === plain[0]?.token ? undefined : first;
}

/** The least number of tokens that the server writes after a prompt that it scores; undefined where it scores none. */
export async function probeScores(
  client: ServerClient,
  model: string,
  tokens: readonly number[],
  dialect: Tokenizer['dialect'],
): Promise<0 | 1 | undefined> {
  // llama-server says that it cannot with an error 500, which others mean to pass.
  const retries = dialect === 'llama.cpp' ? 0 : 1;
  for (const least of [0, 1] as const) {
    const request = scoreRequest(model, tokens, least);
    const answer = await unlessRefused(client.post('/v1/completions', request, { retries }));
    if (answer !== undefined && promptScores(answer, tokens.length) !== undefined) return least;
  }
  return undefined;
}

export function scoreRequest(model: string, prompt: readonly number[], least: 0 | 1): Json {
  return { model, prompt, max_tokens: least, echo: true, logprobs: 1, temperature: 0 };
}

/**
 * Of each prompt token, its log-probability in nats, NaN for the first, which nothing stands in front of. Undefined where
 * the answer has none, or not for the whole prompt.
 */
export function promptScores(answer: Json, count: number): readonly number[] | undefined {
  const [choice] = Array.isArray(answer.choices) ? (answer.choices as unknown[]) : [];
  const { token_logprobs: found } = objectOf(objectOf(choice).logprobs);
  if (!Array.isArray(found) || found.length < count) return undefined;
  const scores = (found as unknown[]).slice(0, count).map((value) => (typeof value === 'number' ? value : Number.NaN));
  return scores.slice(1).some((score) => Number.isNaN(score)) ? undefined : scores;
}

/** Undefined where the server answers that it cannot; no answer, or one that it is busy, is a failure. */
async function unlessRefused<Result>(request: Promise<Result>): Promise<Result | undefined> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof UnspoolError)) throw error;
    const { code, status = 0 } = error as Partial<ServerError>;
    // llama-server has an error 500 for what it does not know.
    const isNo =
      code === 'server-answer' || (status >= 400 && status <= 501 && ![401, 403, 408, 409, 429].includes(status));
    if (isNo) return undefined;
    throw error;
  }
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function numberIn(object: Json, key: string): number | undefined {
  const value = object[key];
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

const mostNames = 5;

function shortList(names: readonly string[]): string {
  const others = names.length - mostNames;
  return names.slice(0, mostNames).join(', ') + (others > 0 ? ` and ${others} more` : '');
}
