// An embedding model on an OpenAI-compatible server: many texts in one request. What the server finds too long is cut.

import type { Embeddings, EmbeddingModel } from '../../engine/models/embedding.js';
import { UnspoolError } from '../../errors.js';
import { ServerClient, ServerError, type Json, type ServerAccess } from './client.js';
import { objectOf, probeServer } from './probe.js';

/** A server as the user names it. */
export interface EmbeddingServer {
  readonly server: string;
  /** As the server knows it; undefined for the only one that it has. */
  readonly model: string | undefined;
  readonly apiKey: string | undefined;
  /** Where the usual one does not suit. */
  readonly patience?: Pick<ServerAccess, 'retries' | 'backoffSeconds' | 'timeoutSeconds'>;
}

const path = '/v1/embeddings';
/** Texts of one request: enough to keep a server busy. */
const batch = 32;
/** A text of so few UTF-16 code units is refused for another reason than its length. */
const shortest = 32;

/** Throws an `UnspoolError` where there is no such server, or its model embeds no text. */
export async function openServerEmbedding(
  { server: url, model, apiKey, patience }: EmbeddingServer,
  signal?: AbortSignal,
): Promise<EmbeddingModel> {
  const client = await ServerClient.open({ url, apiKey, option: '--embedding-server', ...patience });
  const name = model ?? (await probeServer(client, undefined)).model;
  const [{ length: dimensions } = new Float32Array()] = await request(client, name, ['a'], signal);
  return {
    ...{ name, path: url, dimensions, batch },
    async embed(texts, signal) {
      const embedded = await embed(client, name, texts, signal);
      const other = embedded.rows.find(({ length }) => length !== dimensions);
      if (other !== undefined) throw noVectors(client, `vectors of ${dimensions} numbers and of ${other.length}`);
      return embedded;
    },
    dispose: () => Promise.resolve(),
  };
}

/** One text that is too long spoils a request for all: the half that has it is asked for again, and at last cut. */
async function embed(
  client: ServerClient,
  model: string,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Embeddings> {
  try {
    return { rows: await request(client, model, texts, signal), cut: 0 };
  } catch (error) {
    const [only = ''] = texts;
    if (!mayBeTooLong(error) || (texts.length === 1 && only.length <= shortest)) throw error;
    if (texts.length === 1) {
      const half = only.slice(0, Math.ceil(only.length / 2)).toWellFormed();
      return { ...(await embed(client, model, [half], signal)), cut: 1 };
    }
    const middle = Math.ceil(texts.length / 2);
    const first = await embed(client, model, texts.slice(0, middle), signal);
    const second = await embed(client, model, texts.slice(middle), signal);
    return { rows: [...first.rows, ...second.rows], cut: first.cut + second.cut };
  }
}

/** Servers refuse that in words of their own; llama-server with an error 500, too. */
function mayBeTooLong(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  const { status = 0, message } = error;
  return [400, 413, 422].includes(status) || (status === 500 && message.includes('too large to process'));
}

async function request(
  client: ServerClient,
  model: string,
  input: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const answer = await client.post(path, { model, input, encoding_format: 'float' }, { signal });
  const entries = Array.isArray(answer.data) ? (answer.data as unknown[]).map(objectOf) : [];
  const rows: Float32Array[] = [];
  for (const [place, { index = place, embedding }] of entries.entries()) {
    if (typeof index === 'number' && isVector(embedding)) rows[index] = Float32Array.from(embedding);
  }
  // Places without a vector are no part of what an array's methods see.
  const count = rows.reduce((sum) => sum + 1, 0);
  if (count === input.length && rows.length === input.length) return rows;
  throw noVectors(client, `${count} vectors of ${input.length} texts`);
}

function isVector(value: Json[string]): value is readonly number[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => Number.isFinite(each));
}

function noVectors({ url }: ServerClient, what: string): UnspoolError {
  const message = `${url}: its answer to POST ${path} has ${what}`;
  return new UnspoolError('server-answer', message, 'is it an embedding model?');
}
